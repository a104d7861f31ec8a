"""From facts to a mail: templates, links, MIME."""
