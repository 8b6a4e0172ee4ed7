"""News, activities and practical information: who may read them, their pictures, what was opened."""
