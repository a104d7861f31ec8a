"""Admissions: from any form to filled places. Owns applications, decisions and the ledger."""
