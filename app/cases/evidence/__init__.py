"""Evidence packs: everything of one case in a ZIP whose parts can be checked, for the customer or for an auditor.

The customer's pack holds what the customer may read and not a byte more, whoever makes it; the auditor's holds all.
"""
