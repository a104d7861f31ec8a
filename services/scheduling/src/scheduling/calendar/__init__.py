"""The calendar: sessions from the cohort's file, then dated, timed, changed, added, called off."""
