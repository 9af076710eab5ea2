/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-outbox-export.h"

#include "kiosk/tst-compat-save.h"

#include <glib/gi18n.h>

static void
on_copied (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstPage) self = user_data;
  g_autoptr (GError) error = NULL;
  TstSession *session = tst_page_get_session (self);
  gboolean copied = g_file_copy_finish (G_FILE (source), result, &error);

  if (session == NULL)
    return;
  if (copied)
    tst_session_toast (session, _("La copia quedó guardada."));
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
    tst_session_toast (session, _("No hay espacio en ese lugar; no se guardó la copia."));
  else
    tst_session_toast (session, _("No se pudo guardar la copia ahí. Elija otro lugar."));
}

void
tst_outbox_export (TstPage *self, const char *sha256, GFile *file)
{
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (self));
  g_autofree char *path = NULL;
  g_autoptr (GFile) source = NULL;
  TstHash hash;

  g_return_if_fail (TST_IS_PAGE (self));
  if (file == NULL || book == NULL || !tst_hash_from_hex (sha256, &hash))
    return;
  path = tst_media_store_path (tst_field_book_get_media (book), &hash);
  source = g_file_new_for_path (path);
  /* The person was asked by the system whether to overwrite. */
  g_file_copy_async (source, file, G_FILE_COPY_OVERWRITE | G_FILE_COPY_TARGET_DEFAULT_PERMS, G_PRIORITY_DEFAULT, NULL, NULL, NULL, on_copied,
                     g_object_ref (self));
}

typedef struct
{
  TstPage *page;
  char *sha256;
} Export;

static void
on_place_chosen (GFile *file, gpointer user_data)
{
  Export *export = user_data;

  if (file != NULL)
    tst_outbox_export (export->page, export->sha256, file);
}

static void
export_free (gpointer data)
{
  Export *export = data;

  g_free (export->sha256);
  g_free (export);
}

void
tst_outbox_export_ask (TstPage *self, const char *sha256, const char *name)
{
  Export *export = g_new0 (Export, 1);
  g_autofree char *plain = g_path_get_basename (name);

  export->page = self;
  export->sha256 = g_strdup (sha256);
  /* Freed with the page: the answer may never come. */
  g_object_set_data_full (G_OBJECT (self), "export", export, export_free);
  tst_compat_save_file (GTK_WIDGET (self), _("Guardar una copia de la foto"), plain, on_place_chosen, export, G_OBJECT (self));
}
