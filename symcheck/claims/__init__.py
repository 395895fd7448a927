"""The ledger: what is claimed of weight initialization, made precise, with a status computed from evidence.

Reading order: `evidence` (kinds of evidence and how each is run), `ledger` (the claims), `demonstrations` (minimal cases,
computed live), `status` (from evidence to a status).
"""
