/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-viewpoint-pictures.h"

#include "journal/tst-journal-private.h"

#include <glib/gstdio.h>
#include <string.h>

#define MAX_PICTURES 2000
#define MAX_BYTES (4 * 1024 * 1024)
#define HEX 64

char *
tst_viewpoint_picture_path (const char *folder, const TstHash *sha256)
{
  g_autofree char *hex = tst_hash_to_hex (sha256);

  return g_build_filename (folder, "pictures", hex, NULL);
}

static gboolean
list_named (TstStore *store, gpointer data, GError **error)
{
  g_autoptr (TstStatement) statement
    = tst_store_prepare (store,
                         "SELECT json_extract (c.content, '$.picture.sha256'), json_extract (c.content, '$.picture.bytes') FROM central_item c"
                         " WHERE c.type = 'viewpoint' AND c.gone = 0 AND json_extract (c.content, '$.picture.bytes') BETWEEN 1 AND ?1"
                         " ORDER BY c.work IN (SELECT json_extract (content, '$.work') FROM central_event UNION SELECT work FROM event"
                         " WHERE status = 'open' AND work IS NOT NULL) DESC, c.rev DESC LIMIT ?2",
                         error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_int (statement, 1, MAX_BYTES);
  tst_statement_bind_int (statement, 2, MAX_PICTURES);
  while (tst_statement_step (statement, &row, error))
    {
      TstWantedPicture picture = { .bytes = 0 };

      if (!row)
        return TRUE;
      picture.bytes = tst_statement_int (statement, 1);
      if (tst_statement_text (statement, 0) != NULL && tst_hash_from_hex (tst_statement_text (statement, 0), &picture.sha256))
        g_ptr_array_add (data, g_memdup2 (&picture, sizeof picture));
    }
  return FALSE;
}

/* What came half stays as long as it is wanted: it goes on from there. */
static void
drop_others (TstFieldBook *self, GHashTable *names)
{
  g_autofree char *folder = g_build_filename (self->folder, "pictures", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *hex = g_strndup (name, HEX);
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (!g_hash_table_contains (names, hex))
        g_unlink (path);
    }
}

GPtrArray *
tst_viewpoint_pictures_wanted (TstFieldBook *self, GError **error)
{
  g_autoptr (GPtrArray) named = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *wanted;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), NULL);
  if (!tst_store_read (self->store, list_named, named, error))
    return NULL;
  wanted = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < named->len; i++)
    {
      TstWantedPicture *picture = named->pdata[i];
      g_autofree char *path = tst_viewpoint_picture_path (self->folder, &picture->sha256);

      if (g_hash_table_add (names, tst_hash_to_hex (&picture->sha256)) && !g_file_test (path, G_FILE_TEST_EXISTS))
        g_ptr_array_add (wanted, g_memdup2 (picture, sizeof *picture));
    }
  drop_others (self, names);
  return wanted;
}
