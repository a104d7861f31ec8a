"""What all pages share: who may see what, who acts, cells of tables."""
