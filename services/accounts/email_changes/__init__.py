"""Another e-mail address: asked for, confirmed by the new mailbox, undone by the old one."""
