"""HTTP in front of the services: pages for people, JSON for programs; both thin, and no rule of their own."""
