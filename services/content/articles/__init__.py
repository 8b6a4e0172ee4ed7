"""News, activities and practical information: who may read them and their pictures, what was opened."""
