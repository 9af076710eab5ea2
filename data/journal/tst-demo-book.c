/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-demo-book.h"

#include "base/tst-codec.h"
#include "record/tst-key.h"
#include "seal/tst-age.h"

#include <glib/gstdio.h>
#include <string.h>

static char *
enrolment_text (void)
{
  g_autoptr (TstSigningKey) log = tst_signing_key_generate ("demostracion.invalid/testigo");
  g_autoptr (TstSigningKey) records = tst_signing_key_generate (NULL);
  g_autoptr (TstSigningKey) http = tst_signing_key_generate ("demostracion.invalid/http");
  g_autoptr (TstAgeIdentity) officer = tst_age_identity_generate ();
  g_autoptr (TstAgeIdentity) escrow = tst_age_identity_generate ();
  g_autoptr (TstAgeIdentity) intake = tst_age_identity_generate ();
  g_autofree char *log_key = tst_verifier_to_vkey (tst_signing_key_get_verifier (log));
  g_autofree char *records_key = tst_verifier_to_vkey (tst_signing_key_get_verifier (records));
  g_autofree char *http_key = tst_verifier_to_vkey (tst_signing_key_get_verifier (http));
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *json = NULL;
  g_autofree char *encoded = NULL;

  json_object_set_int_member (object, "v", 1);
  json_object_set_string_member (object, "url", "http://127.0.0.1:9");
  json_object_set_string_member (object, "log", log_key);
  json_object_set_string_member (object, "records", records_key);
  json_object_set_string_member (object, "http", http_key);
  json_object_set_array_member (object, "pins", json_array_new ());
  json_object_set_string_member (object, "officer", tst_age_identity_get_recipient (officer));
  json_object_set_string_member (object, "escrow", tst_age_identity_get_recipient (escrow));
  json_object_set_string_member (object, "intake", tst_age_identity_get_recipient (intake));
  json_object_set_string_member (object, "code", "AAAAAAAAAAAAAAAAAAAAAA");
  json_object_set_string_member (object, "name", "demostracion");
  json_object_set_string_member (object, "town", "San Jerónimo del Río");
  json = tst_json_write (object);
  encoded = tst_base64url_encode (json, strlen (json));
  return g_strconcat (TST_TOWN_CODE_PREFIX, encoded, NULL);
}

static gboolean
first_codes (JsonObject *row, gpointer user_data)
{
  GPtrArray *codes = user_data;

  g_ptr_array_add (codes, g_strdup (json_object_get_string_member (row, "code")));
  return codes->len < 2;
}

static gboolean
fill (TstFieldBook *book, const char *works, GError **error)
{
  g_autofree char *text = enrolment_text ();
  g_autoptr (GPtrArray) codes = g_ptr_array_new_with_free_func (g_free);
  TstImportCounts counts = { 0 };
  TstQuery query = { .limit = 2 };

  if (!tst_field_book_enrol (book, text, error))
    return FALSE;
  if (works != NULL && !tst_field_book_import_works (book, works, NULL, NULL, &counts, NULL, error))
    return FALSE;
  if (!tst_field_book_list (book, "works", &query, first_codes, codes, error))
    return FALSE;
  {
    const TstEventSpec events[] = {
      { .type = "visita_obra", .title = "Visita de seguimiento", .work = codes->len > 0 ? codes->pdata[0] : NULL },
      { .type = "feria_transparencia", .title = "Feria de la transparencia en el parque" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (events); i++)
      {
        g_autofree char *id = tst_field_book_open_event (book, &events[i], error);

        if (id == NULL)
          return FALSE;
      }
  }
  return TRUE;
}

TstFieldBook *
tst_demo_book_create (const char *folder, const char *works, TstClock *clock, GError **error)
{
  g_autoptr (TstFieldBook) book = NULL;

  tst_demo_book_remove (folder);
  book = tst_field_book_create (folder, "demostración", clock, error);
  if (book == NULL || !fill (book, works, error))
    {
      if (book != NULL)
        tst_field_book_close (book);
      tst_demo_book_remove (folder);
      return NULL;
    }
  return g_steal_pointer (&book);
}

void
tst_demo_book_remove (const char *folder)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  /* A link is taken away, never followed. */
  if (g_file_test (folder, G_FILE_TEST_IS_DIR) && !g_file_test (folder, G_FILE_TEST_IS_SYMLINK))
    dir = g_dir_open (folder, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (folder, name, NULL);

      tst_demo_book_remove (child);
    }
  g_remove (folder);
}
