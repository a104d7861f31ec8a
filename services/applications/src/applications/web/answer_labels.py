"""What the answers are called on the office's pages."""

LABELS = {
    "name": "Name",
    "email": "Email address",
    "gmc_number": "GMC reference",
    "gdc_number": "GDC number",
    "discipline": "Discipline",
    "specialty": "Specialty",
    "region": "Training region",
    "deanery": "Deanery",
    "trust": "Trust or practice",
    "training_grade": "Training grade",
    "ntn": "National Training Number",
    "cct_date": "Expected CCT date",
    "ltft_percentage": "Less than full time",
    "in_training_on": "Still in training on the stated day",
}
