"""The security code (captcha), seen or heard, and the proof of work beside it."""
