"""Tests of the mails about orders."""
