/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../data/media/image-fixtures.h"
#include "event-fixture.h"
#include "kiosk/tst-card-page.h"
#include "kiosk/tst-card-watch.h"
#include "kiosk/tst-photo-import.h"

#include <glib/gstdio.h>
#include <unistd.h>

static void
add_photo (const char *dcim, guint number, const char *when, gint64 lat_minutes, gint64 lon_minutes)
{
  g_autoptr (FixtureExif) exif = fixture_exif_new (FALSE);
  g_autoptr (GBytes) block = NULL;
  g_autoptr (GBytes) jpeg = NULL;
  g_autofree char *name = g_strdup_printf ("IMG_%04u.JPG", number);
  g_autofree char *path = g_build_filename (dcim, name, NULL);
  const gint64 lat[] = { 7, 1, lat_minutes, 1000, 0, 1 }, lon[] = { 73, 1, lon_minutes, 1000, 0, 1 };

  fixture_exif_text (exif, FIXTURE_IFD_EXIF, 0x9003, when);
  fixture_exif_text (exif, FIXTURE_IFD_GPS, 1, "N");
  fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 2, FALSE, 3, lat);
  fixture_exif_text (exif, FIXTURE_IFD_GPS, 3, "W");
  fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 4, FALSE, 3, lon);
  block = fixture_exif_block (exif);
  jpeg = fixture_jpeg (96 + number, 72, block);
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (jpeg, NULL), g_bytes_get_size (jpeg), NULL));
}

/* A card is plugged in: noticed, its pictures put together, the right work suggested; a tap brings them. */
static void
test_card (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *event = journal_fixture_event (self->journal);
  g_autofree char *works = g_build_filename (self->journal->outside, "obras.csv", NULL);
  g_autofree char *dcim = g_build_filename (self->journal->outside, "card", "DCIM", "100TEST", NULL);
  g_autofree char *card = g_build_filename (self->journal->outside, "card", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = NULL;
  TstImportCounts counts = { 0 };
  GtkWidget *watch = g_object_ref_sink (tst_card_watch_new (NULL));
  GtkWidget *page, *import;

  g_file_set_contents (works, "code,title,lat,lon\nOB-1,Puente Quebrada Seca,7.12,-73.12\nOB-2,Escuela La Loma,7.30,-73.30\n", -1, NULL);
  g_assert_true (tst_field_book_import_works (self->journal->book, works, NULL, NULL, &counts, NULL, &error));
  g_assert_cmpint (g_mkdir_with_parents (dcim, 0700), ==, 0);
  for (guint i = 0; i < 3; i++)
    add_photo (dcim, i, "2026:03:27 10:04:05", 7200, 7200); /* 7.12, −73.12 */
  add_photo (dcim, 7, "2026:03:27 15:00:00", 50000, 50000);

  tst_card_watch_take (TST_CARD_WATCH (watch), self->journal->folder, TRUE); /* no card */
  tst_card_watch_take (TST_CARD_WATCH (watch), card, TRUE);
  event_fixture_wait_string (watch, "folder", card);
  g_object_get (watch, "folder", &folder, NULL);
  page = tst_card_page_new (self->session, event, NULL, folder);
  event_fixture_push (self, page);
  event_fixture_wait_boolean (page, "ready", TRUE);
  event_fixture_wait_uint (page, "n-groups", 2);
  event_fixture_shot (self, "card");
  g_signal_emit_by_name (event_fixture_find (page, GTK_TYPE_BUTTON, FALSE), "clicked");
  import = GTK_WIDGET (event_fixture_wait_page (self, TST_TYPE_PHOTO_IMPORT));
  event_fixture_wait_uint (import, "n-files", 3);
  event_fixture_shot (self, "card-import");
  gtk_widget_activate_action (import, "import.save", NULL);
  event_fixture_wait_page (self, TST_TYPE_CARD_PAGE);
  {
    g_autoptr (GPtrArray) rows = journal_fixture_list (self->journal, "photos", event);

    g_assert_cmpuint (rows->len, ==, 3);
    g_assert_cmpstr (json_object_get_string_member (rows->pdata[0], "work"), ==, "OB-1");
  }
  tst_card_watch_take (TST_CARD_WATCH (watch), card, FALSE);
  g_clear_pointer (&folder, g_free);
  g_object_get (watch, "folder", &folder, NULL);
  g_assert_null (folder);
  g_object_unref (watch);
}

static void
add (void)
{
  g_test_add_func ("/card-page/card", test_card);
}

int
main (int argc, char **argv)
{
  return event_fixture_run (argc, argv, add);
}
