"""Pages for tutors, and of what tutors wrote."""
