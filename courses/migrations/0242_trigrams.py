from django.db import ProgrammingError, migrations, transaction


def compare_by_trigrams(apps, editor):
    """pg_trgm and its index, where the server has the extension and lets this user create it; elsewhere the search does without."""
    if editor.connection.vendor != "postgresql":
        return
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")
        if cursor.fetchone() is None:
            return
        try:
            with transaction.atomic(using=editor.connection.alias):
                cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        except ProgrammingError:
            return  # not allowed
        cursor.execute(
            "CREATE INDEX IF NOT EXISTS words_by_trigrams ON courses_searchword USING gin (word gin_trgm_ops)"
        )


def forget(apps, editor):
    """The index goes; the extension stays, as others may use it."""
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP INDEX IF EXISTS words_by_trigrams")


class Migration(migrations.Migration):
    dependencies = [("courses", "0241_search_words")]

    operations = [migrations.RunPython(compare_by_trigrams, forget)]
