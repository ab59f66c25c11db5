"""Passkeys and security keys as a second proof beside the password (MFA-17; W3C Web Authentication, Level 3).

The checks of the standard are those of the library; these modules see to what it cannot know: that a challenge is
answered once, in time and by its own user, and that a counter only ever rises (docs/decisions/0010).
"""
