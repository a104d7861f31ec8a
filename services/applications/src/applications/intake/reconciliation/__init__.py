"""The form's own export held against what arrived."""
