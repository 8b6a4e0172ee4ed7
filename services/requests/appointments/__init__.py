"""Appointments of filed requests: added, moved, cancelled; calendars, the list of a day, the calendar file."""
