"""The popover in which a person chooses what "alike" means."""
