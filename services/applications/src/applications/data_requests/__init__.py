"""The register of what people ask and complain about concerning their data, and its clock."""
