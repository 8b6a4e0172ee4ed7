"""The words of a French town hall that every service and page shares: dates, names, addresses, attachments, search. No database of its own."""
