"""The pages behind the link that an applicant is sent."""
