/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "event-fixture.h"
#include "kiosk/tst-carry-page.h"
#include "kiosk/tst-code-page.h"
#include "kiosk/tst-event-close.h"
#include "kiosk/tst-event-form.h"
#include "kiosk/tst-event-join.h"
#include "kiosk/tst-event-page.h"
#include "kiosk/tst-messages.h"
#include "kiosk/tst-photo-import.h"
#include "kiosk/tst-photo-page.h"
#include "kiosk/tst-photo-shared.h"
#include "kiosk/tst-place-page.h"
#include "kiosk/tst-work-page.h"
#include "support/tst-find.h"
#include "support/tst-qr-picture.h"
#include "support/tst-shot.h"
#include "widgets/tst-choice.h"
#include "widgets/tst-code-entry.h"
#include "widgets/tst-form.h"
#include "widgets/tst-qr.h"
#include "widgets/tst-thumbnails.h"

#include <glib/gstdio.h>
#include <string.h>

static JsonObject *
record_of (EventFixture *self, const char *id)
{
  g_autoptr (GError) error = NULL;
  JsonObject *record = tst_field_book_show_record (self->journal->book, id, &error);

  g_assert_no_error (error);
  return record;
}

static void
assert_author (EventFixture *self, const char *id)
{
  g_autoptr (JsonObject) record = record_of (self, id);
  JsonObject *author = tst_json_object (tst_json_object (record, "body"), "author");

  g_assert_cmpstr (tst_json_string (author, "id"), ==, FIXTURE_AUTHOR);
}

static char *
page_event (TstPage *page)
{
  char *event;

  g_object_get (page, "event", &event, NULL);
  return event;
}

static void
test_open (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  GtkWidget *form = tst_event_form_new (self->session, NULL, NULL);
  GtkWidget *title, *type;
  g_autofree char *event = NULL;
  TstPage *page;

  event_fixture_push (self, form);
  event_fixture_shot (self, "event-form");
  title = event_fixture_control (form, "Título");
  type = event_fixture_find (form, TST_TYPE_CHOICE, FALSE);

  /* Nothing chosen: said, and nothing is written down. */
  event_fixture_activate (form, "form.save");
  g_assert_nonnull (event_fixture_notice (form));
  g_assert_cmpuint (journal_fixture_list (self->journal, "events", NULL)->len, ==, 0);

  /* The title follows the choice until a person writes one. */
  tst_choice_set_value (TST_CHOICE (type), "visita_obra");
  g_assert_true (g_str_has_prefix (gtk_editable_get_text (GTK_EDITABLE (title)), "Visita de obra"));
  gtk_editable_set_text (GTK_EDITABLE (title), "Visita al puente de la Quebrada Seca");
  tst_choice_set_value (TST_CHOICE (type), "conversatorio");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (title)), ==, "Visita al puente de la Quebrada Seca");
  tst_choice_set_value (TST_CHOICE (type), "visita_obra");
  event_fixture_activate (form, "form.save");

  page = event_fixture_wait_page (self, TST_TYPE_EVENT_PAGE);
  event_fixture_wait_string (page, "status", "open");
  g_assert_cmpstr (tst_page_get_title (page), ==, "Visita al puente de la Quebrada Seca");
  event = page_event (page);
  assert_author (self, event);
  event_fixture_shot (self, "event-empty");
  /* The form is gone: back leads to where it was opened. */
  tst_page_stack_pop (TST_PAGE_STACK (self->stack));
  g_assert_true (tst_page_stack_get_at_root (TST_PAGE_STACK (self->stack)));
}

static void
test_join (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autoptr (JournalFixture) other = journal_fixture_new (FALSE);
  g_autofree char *event = journal_fixture_event (other);
  g_autofree char *text = tst_field_book_event_join_text (other->book, event, NULL);
  GtkWidget *form = tst_event_form_new (self->session, NULL, NULL);
  GtkWidget *entry;
  g_autofree char *joined = NULL;
  g_autoptr (GFile) picture = NULL;
  TstPage *page;

  event_fixture_push (self, form);
  entry = event_fixture_find (TST_PAGE (form), TST_TYPE_CODE_ENTRY, FALSE);
  tst_code_entry_set_text (TST_CODE_ENTRY (entry), "no es un código");
  event_fixture_activate (form, "form.join");
  event_fixture_wait_notice (form);
  g_assert_true (event_fixture_visible (self) == TST_PAGE (form));

  /* A photograph of the other tablet's screen; reading it is enough. */
  picture = tst_qr_picture (self->journal->outside, "espacio.jpg", text);
  tst_code_entry_read_file (TST_CODE_ENTRY (entry), picture);
  page = event_fixture_wait_page (self, TST_TYPE_EVENT_PAGE);
  event_fixture_wait_string (page, "status", "open");
  joined = page_event (page);
  g_assert_cmpstr (joined, ==, event);

  event_fixture_activate (page, "event.join");
  page = event_fixture_wait_page (self, TST_TYPE_EVENT_JOIN);
  g_assert_cmpint (tst_qr_get_modules (TST_QR (event_fixture_find (page, TST_TYPE_QR, FALSE))), >=, 21);
  event_fixture_shot (self, "event-join");
  tst_page_stack_pop (TST_PAGE_STACK (self->stack));

  /* What belongs to it goes on a stick from here. */
  event_fixture_activate (event_fixture_visible (self), "event.carry");
  event_fixture_wait_page (self, TST_TYPE_CARRY_PAGE);
}

/* The town's code once its log has ended and another began: the same town, another log. */
static char *
code_of_new_log (EventFixture *self)
{
  g_autoptr (GBytes) old = tst_base64url_decode (self->journal->enrolment + strlen (TST_TOWN_CODE_PREFIX));
  g_autoptr (JsonObject) object = tst_json_parse_object (g_bytes_get_data (old, NULL), g_bytes_get_size (old), NULL);
  TstSigningKey *log = tst_signing_key_generate ("obras.villaluz.example/testigo-2");
  g_autofree char *vkey = tst_verifier_to_vkey (tst_signing_key_get_verifier (log));
  g_autofree char *json = NULL;
  g_autofree char *encoded = NULL;

  json_object_set_string_member (object, "log", vkey);
  json = tst_json_write (object);
  encoded = tst_base64url_encode (json, strlen (json));
  tst_signing_key_unref (log);
  return g_strconcat (TST_TOWN_CODE_PREFIX, encoded, NULL);
}

static void
assert_log (EventFixture *self, const char *name)
{
  TstTownKeys *keys = tst_field_book_dup_town_keys (self->journal->book);

  g_assert_cmpstr (tst_verifier_get_name (keys->log), ==, name);
  tst_town_keys_free (keys);
}

/* A new log is taken over only by a button of its own, after it was said what that means. */
static void
test_new_log (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *event = journal_fixture_event (self->journal);
  g_autofree char *code = code_of_new_log (self);
  GtkWidget *page = tst_code_page_new (self->session);
  GtkWidget *accept;

  journal_fixture_receive (self->journal, TST_CHAIN_FIELD, TRUE);
  event_fixture_push (self, page);
  accept = tst_find_button (page, "La Alcaldía lo confirmó: aceptar el libro nuevo");
  g_assert_nonnull (accept);
  g_assert_false (gtk_widget_get_visible (accept));
  tst_code_entry_set_text (TST_CODE_ENTRY (event_fixture_find (page, TST_TYPE_CODE_ENTRY, FALSE)), code);
  event_fixture_activate (page, "code.read");
  event_fixture_wait_boolean (accept, "visible", TRUE);
  event_fixture_shot (self, "new-log");
  assert_log (self, "obras.villaluz.example/testigo");
  g_signal_emit_by_name (accept, "clicked");
  while (event_fixture_visible (self) == (gpointer) page)
    tst_settle (50);
  assert_log (self, "obras.villaluz.example/testigo-2");
}

static char *
write_text (EventFixture *self)
{
  char *path = g_build_filename (self->journal->outside, "lista.jpg", NULL);

  g_assert_true (g_file_set_contents (path, "No soy una foto.\n", -1, NULL));
  return path;
}

static void
test_photos (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *event = journal_fixture_event (self->journal);
  g_autofree char *one = journal_fixture_photo_file (self->journal, "puente-1.jpg");
  g_autofree char *two = journal_fixture_photo_file (self->journal, "puente-2.jpg");
  g_autofree char *text = write_text (self);
  g_autofree char *missing = g_build_filename (self->journal->outside, "no-esta.jpg", NULL);
  g_autofree char *same = g_build_filename (self->journal->outside, "copia.jpg", NULL);
  g_autofree char *bytes = NULL;
  gsize size;
  const char *const files[] = { one, text, missing, two, same };
  g_autoptr (GListStore) list = g_list_store_new (G_TYPE_FILE);
  g_autoptr (GPtrArray) rows = NULL;
  GtkWidget *page = tst_event_page_new (self->session, event);
  GtkWidget *strip;
  TstPage *import, *photo;
  guint refused;

  g_assert_true (g_file_get_contents (one, &bytes, &size, NULL));
  g_assert_true (g_file_set_contents (same, bytes, size, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GFile) file = g_file_new_for_path (files[i]);

      g_list_store_append (list, file);
    }
  event_fixture_push (self, page);
  event_fixture_wait_string (page, "status", "open");
  event_fixture_activate (page, "event.photo");
  import = event_fixture_wait_page (self, TST_TYPE_PHOTO_IMPORT);
  tst_photo_import_add_files (TST_PHOTO_IMPORT (import), G_LIST_MODEL (list));
  event_fixture_wait_uint (import, "n-files", 5);
  tst_settle (400);
  event_fixture_shot (self, "photo-import");
  gtk_editable_set_text (GTK_EDITABLE (event_fixture_control (import, "Qué muestra esta foto")), "Viga del costado norte");
  tst_choice_set_value (TST_CHOICE (event_fixture_find (import, TST_TYPE_CHOICE, FALSE)), "durante");
  event_fixture_activate (import, "import.save");
  event_fixture_wait_uint (import, "n-saved", 2);
  event_fixture_wait_boolean (import, "busy", FALSE);

  /* What was refused stands there with its own reason, and the page stays. */
  g_object_get (import, "n-refused", &refused, NULL);
  g_assert_cmpuint (refused, ==, 3);
  g_assert_cmpstr (tst_photo_import_get_code (TST_PHOTO_IMPORT (import), 0), ==, "");
  g_assert_cmpstr (tst_photo_import_get_code (TST_PHOTO_IMPORT (import), 1), ==, "not-an-image");
  g_assert_cmpstr (tst_photo_import_get_code (TST_PHOTO_IMPORT (import), 2), ==, "file-unreadable");
  g_assert_cmpstr (tst_photo_import_get_code (TST_PHOTO_IMPORT (import), 4), ==, "duplicate");
  g_assert_nonnull (event_fixture_notice (import));
  event_fixture_shot (self, "photo-refused");

  tst_page_leave (import);
  event_fixture_wait_uint (page, "photos", 2);
  rows = journal_fixture_list (self->journal, "photos", event);
  g_assert_cmpuint (rows->len, ==, 2);
  g_assert_cmpstr (tst_json_string (rows->pdata[1], "caption"), ==, "Viga del costado norte");
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "phase"), ==, "durante");
  assert_author (self, tst_json_string (rows->pdata[0], "id"));
  event_fixture_shot (self, "event-photos");

  /* They stand in the strip, newest first, and open. */
  strip = gtk_widget_get_parent (event_fixture_find (page, TST_TYPE_THUMBNAIL, FALSE));
  g_assert_null (gtk_widget_get_prev_sibling (strip));
  g_signal_emit_by_name (gtk_widget_get_next_sibling (strip), "clicked");
  photo = event_fixture_wait_page (self, TST_TYPE_PHOTO_PAGE);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (event_fixture_control (photo, "Qué muestra esta foto"))), ==, "Viga del costado norte");
}

/* On the map: one photo by itself, and the rest of the batch; then a correction of what is saved, and its undoing. */
static void
test_places (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *event = journal_fixture_event (self->journal);
  g_autofree char *one = journal_fixture_photo_file (self->journal, "esquina-1.jpg");
  g_autofree char *two = journal_fixture_photo_file (self->journal, "esquina-2.jpg");
  g_autoptr (GFile) first = g_file_new_for_path (one);
  g_autoptr (GFile) second = g_file_new_for_path (two);
  g_autoptr (GListStore) list = g_list_store_new (G_TYPE_FILE);
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GPtrArray) after = NULL;
  GtkWidget *import = tst_photo_import_new (self->session, event, NULL, NULL);
  TstPage *place, *photo;
  JsonObject *pin;

  g_list_store_append (list, first);
  g_list_store_append (list, second);
  event_fixture_push (self, import);
  tst_photo_import_add_files (TST_PHOTO_IMPORT (import), G_LIST_MODEL (list));
  event_fixture_wait_uint (import, "n-files", 2);
  g_signal_emit_by_name (tst_find_button (import, "Poner en el mapa"), "clicked");
  place = event_fixture_wait_page (self, TST_TYPE_PLACE_PAGE);
  event_fixture_wait_boolean (place, "has-pin", FALSE);
  tst_place_page_put (TST_PLACE_PAGE (place), 7.125, -73.125);
  event_fixture_wait_boolean (place, "has-pin", TRUE);
  event_fixture_shot (self, "place-page");
  event_fixture_activate (place, "place.use");
  event_fixture_wait_page (self, TST_TYPE_PHOTO_IMPORT);
  g_signal_emit_by_name (event_fixture_find (import, TST_TYPE_PHOTO_SHARED, FALSE), "changed");
  tst_photo_shared_set_place (TST_PHOTO_SHARED (event_fixture_find (import, TST_TYPE_PHOTO_SHARED, FALSE)), 7.5, -73.5);
  event_fixture_activate (import, "import.save");
  tst_settle (100);
  while ((rows = journal_fixture_list (self->journal, "photos", event))->len < 2)
    {
      g_clear_pointer (&rows, g_ptr_array_unref);
      tst_settle (50);
    }
  pin = tst_json_object (rows->pdata[1], "place"); /* the newest first */
  g_assert_cmpfloat_with_epsilon (tst_json_double (pin, "lat", 0), 7.125, 1e-9);
  g_assert_cmpstr (tst_json_string (pin, "source"), ==, "pin");
  pin = tst_json_object (rows->pdata[0], "place");
  g_assert_cmpfloat_with_epsilon (tst_json_double (pin, "lat", 0), 7.5, 1e-9);

  photo = TST_PAGE (tst_photo_page_new (self->session, rows->pdata[0]));
  event_fixture_push (self, GTK_WIDGET (photo));
  event_fixture_activate (photo, "photo.place");
  place = event_fixture_wait_page (self, TST_TYPE_PLACE_PAGE);
  event_fixture_wait_boolean (place, "has-pin", TRUE); /* where it is said to be now */
  tst_place_page_put (TST_PLACE_PAGE (place), 7.75, -73.75);
  event_fixture_activate (place, "place.use");
  event_fixture_wait_page (self, TST_TYPE_PHOTO_PAGE);
  event_fixture_activate (photo, "photo.save");
  event_fixture_wait_notice (photo);
  after = journal_fixture_list (self->journal, "photos", event);
  g_assert_cmpfloat_with_epsilon (tst_json_double (tst_json_object (after->pdata[0], "place"), "lat", 0), 7.75, 1e-9);
  g_clear_pointer (&after, g_ptr_array_unref);
  event_fixture_activate (photo, "photo.undo");
  tst_settle (100);
  while (after == NULL || tst_json_double (tst_json_object (after->pdata[0], "place"), "lat", 0) != 7.5)
    {
      g_clear_pointer (&after, g_ptr_array_unref);
      tst_settle (50);
      after = journal_fixture_list (self->journal, "photos", event);
    }
}

static void
test_paste (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *event = journal_fixture_event (self->journal);
  g_autofree guint8 *pixels = g_malloc0 (64 * 48 * 3);
  g_autoptr (GBytes) bytes = g_bytes_new (pixels, 64 * 48 * 3);
  g_autoptr (GdkTexture) texture = gdk_memory_texture_new (64, 48, GDK_MEMORY_R8G8B8, bytes, 64 * 3);
  GtkWidget *import = tst_photo_import_new (self->session, event, NULL, NULL);
  g_autofree char *drafts = g_build_filename (self->journal->folder, "drafts", NULL);
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GDir) dir = NULL;

  g_object_ref (import);
  event_fixture_push (self, import);
  tst_photo_import_add_texture (TST_PHOTO_IMPORT (import), texture);
  event_fixture_wait_uint (import, "n-files", 1);
  tst_settle (300);
  event_fixture_activate (import, "import.save");
  event_fixture_wait_uint (import, "n-saved", 1);
  tst_settle (700);
  rows = journal_fixture_list (self->journal, "photos", event);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "type"), ==, "image/png");
  /* Neither draft nor pasted file stays behind. */
  dir = g_dir_open (drafts, 0, NULL);
  g_assert_nonnull (dir);
  g_assert_null (g_dir_read_name (dir));
  g_object_unref (import);
}

/* What is dropped: a picture comes as pasted ones do; what is no file of this tablet is said and costs nothing; paths come to the page that is shown. */
static void
test_drop (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *event = journal_fixture_event (self->journal);
  g_autofree guint8 *pixels = g_malloc0 (64 * 48 * 3);
  g_autoptr (GBytes) bytes = g_bytes_new (pixels, 64 * 48 * 3);
  g_autoptr (GdkTexture) texture = gdk_memory_texture_new (64, 48, GDK_MEMORY_R8G8B8, bytes, 64 * 3);
  g_autoptr (GFile) web = g_file_new_for_uri ("https://example.org/foto.jpg");
  g_autoptr (GFile) folder = g_file_new_for_path (self->journal->outside);
  g_autofree char *path = g_build_filename (self->journal->outside, "otra.jpg", NULL);
  const char *paths[] = { path, NULL };
  GtkWidget *import = tst_photo_import_new (self->session, event, NULL, NULL);
  g_auto (GValue) picture = G_VALUE_INIT, files = G_VALUE_INIT;
  GSList second = { folder, NULL }, first = { web, &second };

  event_fixture_push (self, tst_event_page_new (self->session, event));
  event_fixture_push (self, import);
  g_value_init (&files, GDK_TYPE_FILE_LIST);
  g_value_set_boxed (&files, &first);
  g_assert_true (tst_photo_import_take (TST_PHOTO_IMPORT (import), &files));
  event_fixture_wait_notice (import);
  event_fixture_wait_uint (import, "n-files", 0);
  g_value_init (&picture, GDK_TYPE_TEXTURE);
  g_value_set_object (&picture, texture);
  g_assert_true (tst_photo_import_take (TST_PHOTO_IMPORT (import), &picture));
  event_fixture_wait_uint (import, "n-files", 1);
  {
    g_autoptr (GVariant) more = g_variant_ref_sink (g_variant_new_bytestring_array (paths, -1));

    g_assert_true (tst_page_stack_activate (TST_PAGE_STACK (self->stack), "event.import-files", more));
    g_assert_false (tst_page_stack_activate (TST_PAGE_STACK (self->stack), "event.no-such-thing", NULL));
  }
  event_fixture_wait_uint (import, "n-files", 2);
  g_assert_true (event_fixture_visible (self) == TST_PAGE (import));
}

static JsonObject *
only_photo (EventFixture *self, const char *event)
{
  g_autoptr (GPtrArray) rows = journal_fixture_list (self->journal, "photos", event);

  g_assert_cmpuint (rows->len, ==, 1);
  return json_object_ref (rows->pdata[0]);
}

static void
assert_caption (EventFixture *self, const char *event, const char *caption)
{
  g_autoptr (JsonObject) row = only_photo (self, event);

  g_assert_cmpstr (tst_json_string (row, "caption"), ==, caption);
}

static void
test_correct (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *event = journal_fixture_event (self->journal);
  g_autofree char *photo = journal_fixture_add_photo (self->journal, event, "puente.jpg");
  g_autoptr (JsonObject) row = only_photo (self, event);
  g_autoptr (JsonObject) after = NULL;
  GtkWidget *page = tst_photo_page_new (self->session, row);
  GtkWidget *caption;

  event_fixture_push (self, page);
  event_fixture_shot (self, "photo-page");
  caption = event_fixture_control (page, "Qué muestra esta foto");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (caption)), ==, "Viga del costado norte");
  gtk_editable_set_text (GTK_EDITABLE (caption), "Viga del costado sur");
  event_fixture_activate (page, "photo.save");
  event_fixture_wait_notice (page);
  assert_caption (self, event, "Viga del costado sur");

  event_fixture_activate (page, "photo.undo");
  tst_settle (400);
  assert_caption (self, event, "Viga del costado norte");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (caption)), ==, "Viga del costado norte");

  /* A discard waits for second thoughts, and is done when the page is left. */
  event_fixture_activate (page, "photo.discard");
  event_fixture_wait_string (page, "standing", "discarding");
  event_fixture_shot (self, "photo-discarding");
  event_fixture_activate (page, "photo.undo");
  event_fixture_wait_string (page, "standing", "valid");
  after = only_photo (self, event);
  g_assert_cmpstr (tst_json_string (after, "standing"), ==, "valid");
  event_fixture_activate (page, "photo.discard");
  g_assert_true (tst_page_stack_pop (TST_PAGE_STACK (self->stack)));
  tst_settle (500);
  json_object_unref (after);
  after = only_photo (self, event);
  g_assert_cmpstr (tst_json_string (after, "standing"), ==, "discarded");
}

/* A label that is seen. */
static GtkWidget *
find_label (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && g_strcmp0 (gtk_label_get_label (GTK_LABEL (widget)), text) == 0 && gtk_widget_get_mapped (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_label (child, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
test_close (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *event = journal_fixture_event (self->journal);
  g_autofree char *photo = journal_fixture_add_photo (self->journal, event, "puente.jpg");
  GtkWidget *page = tst_event_page_new (self->session, event);
  TstPage *close;

  event_fixture_push (self, page);
  event_fixture_wait_string (page, "status", "open");
  event_fixture_activate (page, "event.close");
  close = event_fixture_wait_page (self, TST_TYPE_EVENT_CLOSE);
  event_fixture_shot (self, "event-close");
  event_fixture_activate (close, "event.close-now");
  event_fixture_wait_boolean (close, "closed", TRUE);
  event_fixture_shot (self, "event-summary");
  /* A summary says what there was, not only its numbers. */
  g_assert_nonnull (find_label (GTK_WIDGET (close), "1 foto"));
  g_assert_true (tst_page_stack_pop (TST_PAGE_STACK (self->stack)));
  event_fixture_wait_string (page, "status", "closed");
  /* Nothing more comes in; the summary can be read again. */
  gtk_widget_activate_action (page, "event.note", NULL);
  g_assert_true (event_fixture_visible (self) == TST_PAGE (page));
  event_fixture_shot (self, "event-closed");
  event_fixture_activate (page, "event.close");
  close = event_fixture_wait_page (self, TST_TYPE_EVENT_CLOSE);
  event_fixture_wait_boolean (close, "closed", TRUE);
}

static void
import_work (EventFixture *self)
{
  g_autofree char *path = g_build_filename (self->journal->outside, "obras.csv", NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, "code,title,status,lat,lon\nOB-7,Puente de la Quebrada Seca,en_ejecucion,7.12,-73.12\n", -1, &error);
  g_assert_no_error (error);
  tst_field_book_import_works (self->journal->book, path, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
test_capture_at_work (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  GtkWidget *work;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  TstPage *page;

  import_work (self);
  work = tst_work_page_new (self->session, "OB-7");
  event_fixture_push (self, work);
  tst_settle (300);
  event_fixture_activate (work, "work.capture");
  page = event_fixture_wait_page (self, TST_TYPE_EVENT_FORM);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (event_fixture_control (page, "Título"))), ==,
                   "Visita: Puente de la Quebrada Seca");
  event_fixture_activate (page, "form.save");
  page = event_fixture_wait_page (self, TST_TYPE_EVENT_PAGE);
  event_fixture_wait_string (page, "status", "open");
  first = page_event (page);
  rows = journal_fixture_list (self->journal, "events", NULL);
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "work"), ==, "OB-7");

  /* Once it is open, the same one is gone on with. */
  tst_page_leave (page);
  tst_settle (100);
  event_fixture_activate (work, "work.capture");
  page = event_fixture_wait_page (self, TST_TYPE_EVENT_PAGE);
  second = page_event (page);
  g_assert_cmpstr (first, ==, second);
}

static void
test_messages (void)
{
  const char *general = tst_message_for_code ("failed");
  g_autoptr (GError) field = g_error_new_literal (TST_ERROR, TST_ERROR_MISSING_FIELD, "«full_name» is missing. Nothing was saved.");
  g_autofree char *text = tst_message_for_error (field);

  for (int code = TST_ERROR_FAILED + 1; code < TST_N_ERRORS; code++)
    {
      g_autoptr (GError) error = g_error_new_literal (TST_ERROR, code, "technical");
      g_autofree char *words = tst_message_for_error (error);

      /* Each code has words of its own, and never the technical ones. */
      g_assert_cmpstr (words, !=, general);
      g_assert_null (strstr (words, "technical"));
    }
  g_assert_cmpstr (tst_message_for_code ("of-a-newer-version"), ==, general);
  g_assert_nonnull (strstr (text, "Nombre y apellidos"));
  g_assert_null (strstr (text, "full_name"));
}

static void
test_qr (void)
{
  GtkWidget *qr = g_object_ref_sink (tst_qr_new ("2026-ABCDEF", "Código", 200));
  g_autofree char *long_text = g_strnfill (4000, 'x');

  g_assert_cmpint (tst_qr_get_modules (TST_QR (qr)), ==, 21);
  tst_qr_set_text (TST_QR (qr), long_text);
  g_assert_cmpint (tst_qr_get_modules (TST_QR (qr)), ==, 0);
  g_object_unref (qr);
}

static void
add_tests (void)
{
  g_test_add_func ("/event/open-through-form", test_open);
  g_test_add_func ("/event/join", test_join);
  g_test_add_func ("/event/photos", test_photos);
  g_test_add_func ("/event/places", test_places);
  g_test_add_func ("/event/paste", test_paste);
  g_test_add_func ("/event/drop", test_drop);
  g_test_add_func ("/event/correct", test_correct);
  g_test_add_func ("/event/close", test_close);
  g_test_add_func ("/event/capture-at-work", test_capture_at_work);
  g_test_add_func ("/event/messages", test_messages);
  g_test_add_func ("/event/qr", test_qr);
  g_test_add_func ("/event/new-log", test_new_log);
}

int
main (int argc, char **argv)
{
  return event_fixture_run (argc, argv, add_tests);
}
