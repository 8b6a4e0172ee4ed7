"""Appointments of filed requests: added, moved, cancelled; calendars, the calendar file."""
