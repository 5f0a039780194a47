"""What is typed, read and checked before an action gets it.

Imports everything below actions, and actions for what they offer; only views import it.
Start with the form of your page: each file is named as the views that use it.
"""
