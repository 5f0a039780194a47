"""How a certificate looks: its wording in two languages, and the drawing of seals, codes and signatures.

Imports accreditation's sentences; knows no person and no database.
Start with `wording.py`.
"""
