"""The reservation: units of a cart held for ten minutes, and put back when the hold ends."""
