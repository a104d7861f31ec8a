"""From a form's request to an application: receipts, adapters, field maps and documents."""
