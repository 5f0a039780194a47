"""What is typed, read and checked before an action gets it.

Imports what stands below views; views import it, and the demonstration for a signature.
Start with the form of your page: each file is named as the views that use it.
"""
