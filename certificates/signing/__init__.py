"""Keys, and what is signed with them: PDF files, badges, receipts, and the messages that webhooks carry.

Imports models and accreditation; imports no action, query or view.
Start with `keys.py`, then the file of what you sign.
"""
