/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gallery-desk.h"
#include "journal/tst-capture.h"
#include "kiosk/tst-drafts.h"
#include "kiosk/tst-page-stack.h"
#include "kiosk/tst-gallery-item.h"
#include "kiosk/tst-photo-page.h"
#include "kiosk/tst-proof-page.h"
#include "kiosk/tst-recording-player.h"
#include "kiosk/tst-viewer-original.h"
#include "kiosk/tst-viewer-page.h"
#include "kiosk/tst-work-picker.h"
#include "record/tst-body.h"
#include "support/tst-fake-sync.h"
#include "support/tst-find.h"
#include "support/tst-shot.h"
#include "widgets/tst-work-button.h"
#include "widgets/tst-zoom-picture.h"

#include <string.h>

/* A photograph whose original made room: it says where that is, and brings it back when it is asked to. */
static void
test_original (void)
{
  GalleryDesk desk;
  g_autoptr (TstFakeSync) sync = tst_fake_sync_new ();
  g_autoptr (JsonObject) here = json_object_new ();
  g_autoptr (JsonObject) freed = json_object_new ();
  GtkWidget *original;

  gallery_desk_open (&desk, 0);
  json_object_set_string_member (here, "sha256", "00ff");
  json_object_set_string_member (freed, "sha256", "00ff");
  json_object_set_boolean_member (freed, "freed", TRUE);
  original = g_object_ref_sink (tst_viewer_original_new (desk.session, here));
  g_assert_false (gtk_widget_get_visible (original));
  g_object_unref (original);
  /* Without a transport there is nobody to ask. */
  original = g_object_ref_sink (tst_viewer_original_new (desk.session, freed));
  g_assert_true (gtk_widget_get_visible (original));
  g_assert_false (gtk_widget_get_visible (gtk_widget_get_last_child (original)));
  g_object_unref (original);

  tst_session_set_sync (desk.session, TST_SYNC_CONTROL (sync));
  original = g_object_ref_sink (tst_viewer_original_new (desk.session, freed));
  g_assert_true (gtk_widget_get_visible (gtk_widget_get_last_child (original)));
  tst_fake_sync_fail (sync, TST_ERROR_UNREACHABLE);
  g_signal_emit_by_name (gtk_widget_get_last_child (original), "clicked");
  g_assert_false (gtk_widget_get_sensitive (gtk_widget_get_last_child (original)));
  tst_settle (100);
  g_assert_cmpstr (tst_fake_sync_get_fetched (sync), ==, "00ff");
  g_assert_true (gtk_widget_get_visible (original));
  g_assert_true (gtk_widget_get_sensitive (gtk_widget_get_last_child (original)));
  tst_fake_sync_fail (sync, TST_ERROR_FAILED);
  g_signal_emit_by_name (gtk_widget_get_last_child (original), "clicked");
  tst_settle (100);
  g_assert_false (gtk_widget_get_visible (original));
  g_object_unref (original);
  tst_session_set_sync (desk.session, NULL);
  gallery_desk_close (&desk);
}

static GtkWidget *
mapped (GtkWidget *widget, GType type)
{
  GtkWidget *found = tst_find_type (widget, type);

  return found != NULL && gtk_widget_get_mapped (found) ? found : NULL;
}

/* A film, a voice note and a photograph in one grid; each opened as what it is. */
static void
test_recordings (void)
{
  static const struct
  {
    const char *type, *bytes;
  } kinds[] = { { "video/webm", "\x1a\x45\xdf\xa3 una película inventada" }, { "audio/ogg", "OggS una voz inventada" } };
  GalleryDesk desk;
  TstViewerPage *viewer;
  g_autofree char *newest = NULL;

  gallery_desk_open (&desk, 1);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (kinds[i].bytes, strlen (kinds[i].bytes));
      TstCaptureSpec spec = { .photo = { .event_id = desk.event }, .type = kinds[i].type, .duration_ms = 42400 };
      g_autoptr (GError) error = NULL;

      g_assert_true (tst_field_book_add_capture (desk.fixture->book, &spec, bytes, NULL, NULL, &error));
      g_assert_no_error (error);
    }
  tst_session_saved (desk.session);
  gallery_desk_wait_items (&desk, 3);
  newest = gallery_desk_id_at (&desk, 0);
  tst_shot_named (desk.window, "gallery-recordings");
  gtk_widget_activate_action (GTK_WIDGET (desk.page), "gallery.open", "s", newest);
  viewer = TST_VIEWER_PAGE (tst_page_stack_get_visible (TST_PAGE_STACK (desk.stack)));
  tst_settle (300);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      TstGalleryItem *item = tst_viewer_page_get_item (viewer);
      GtkWidget *player = mapped (GTK_WIDGET (viewer), TST_TYPE_RECORDING_PLAYER);
      g_autofree char *title = tst_gallery_item_title (item);

      g_assert_true (tst_gallery_item_is_recording (item));
      g_assert_cmpint (tst_recording_is_film (tst_gallery_item_get_row (item)), ==, i == 1); /* the newest first */
      g_assert_nonnull (strstr (title, "0:42"));
      g_assert_nonnull (player);
      /* Nobody can play that: it is said, and nothing else breaks. */
      g_assert_false (tst_recording_player_get_playable (TST_RECORDING_PLAYER (player)));
      g_assert_null (mapped (GTK_WIDGET (viewer), TST_TYPE_ZOOM_PICTURE));
      tst_shot_named (desk.window, i == 0 ? "viewer-voice" : "viewer-film");
      gtk_widget_activate_action (GTK_WIDGET (viewer), "viewer.next", NULL);
      tst_settle (300);
    }
  tst_wait_until (gallery_has_picture, viewer, 10);
  g_assert_false (tst_gallery_item_is_recording (tst_viewer_page_get_item (viewer)));
  g_assert_null (mapped (GTK_WIDGET (viewer), TST_TYPE_RECORDING_PLAYER));
  gallery_desk_close (&desk);
}

static void
test_viewer (void)
{
  GalleryDesk desk;
  TstViewerPage *viewer;
  GtkWidget *picture;
  g_autofree char *first = NULL, *second = NULL;

  gallery_desk_open (&desk, 3);
  gallery_desk_wait_items (&desk, 3);
  first = gallery_desk_id_at (&desk, 0);
  second = gallery_desk_id_at (&desk, 1);
  gtk_widget_activate_action (GTK_WIDGET (desk.page), "gallery.open", "s", first);
  viewer = TST_VIEWER_PAGE (tst_page_stack_get_visible (TST_PAGE_STACK (desk.stack)));
  tst_wait_until (gallery_has_picture, viewer, 10);
  g_assert_cmpstr (tst_gallery_item_get_id (tst_viewer_page_get_item (viewer)), ==, first);

  picture = tst_find_type (GTK_WIDGET (viewer), TST_TYPE_ZOOM_PICTURE);
  gtk_widget_activate_action (GTK_WIDGET (viewer), "viewer.zoom-in", NULL);
  g_assert_cmpfloat (tst_zoom_picture_get_zoom (TST_ZOOM_PICTURE (picture)), ==, 1.5);
  gtk_widget_activate_action (GTK_WIDGET (viewer), "viewer.zoom-out", NULL);
  gtk_widget_activate_action (GTK_WIDGET (viewer), "viewer.zoom-out", NULL);
  g_assert_cmpfloat (tst_zoom_picture_get_zoom (TST_ZOOM_PICTURE (picture)), ==, 1);

  gtk_widget_activate_action (GTK_WIDGET (viewer), "viewer.previous", NULL);
  g_assert_cmpstr (tst_gallery_item_get_id (tst_viewer_page_get_item (viewer)), ==, first);
  gtk_widget_activate_action (GTK_WIDGET (viewer), "viewer.next", NULL);
  g_assert_cmpstr (tst_gallery_item_get_id (tst_viewer_page_get_item (viewer)), ==, second);
  tst_wait_until (gallery_has_picture, viewer, 10);

  gtk_widget_activate_action (GTK_WIDGET (viewer), "viewer.proof", NULL);
  g_assert_true (TST_IS_PROOF_PAGE (tst_page_stack_get_visible (TST_PAGE_STACK (desk.stack))));
  g_assert_true (tst_page_stack_pop (TST_PAGE_STACK (desk.stack)));
  gallery_desk_close (&desk);
}

/* The visible page once it is of that type. */
typedef struct
{
  GalleryDesk *desk;
  GType type;
} Wanted;

static gboolean
is_visible (gpointer data)
{
  Wanted *wanted = data;

  return G_TYPE_CHECK_INSTANCE_TYPE (tst_page_stack_get_visible (TST_PAGE_STACK (wanted->desk->stack)), wanted->type);
}

static GtkWidget *
wait_page (GalleryDesk *desk, GType type)
{
  Wanted wanted = { desk, type };

  tst_wait_until (is_visible, &wanted, 10);
  return GTK_WIDGET (tst_page_stack_get_visible (TST_PAGE_STACK (desk->stack)));
}

/* What one photograph says now, as the field book tells it. */
typedef struct
{
  GalleryDesk *desk;
  TstViewerPage *viewer;
  const char *id, *member, *text; /* @text: (nullable) */
} Said;

static gboolean
collect_row (JsonObject *row, gpointer rows)
{
  g_ptr_array_add (rows, json_object_ref (row));
  return TRUE;
}

static gboolean
says (gpointer data)
{
  Said *said = data;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  TstQuery query = { .status = "valid" };

  g_assert_true (tst_field_book_list (said->desk->fixture->book, "captures", &query, collect_row, rows, NULL));
  return g_strcmp0 (tst_json_string (journal_fixture_row (rows, said->id), said->member), said->text) == 0;
}

static void
wait_says (GalleryDesk *desk, const char *id, const char *member, const char *text)
{
  Said said = { desk, NULL, id, member, text };

  tst_wait_until (says, &said, 10);
}

static gboolean
shows (gpointer data)
{
  Said *said = data;
  TstGalleryItem *item = tst_viewer_page_get_item (said->viewer);

  return g_strcmp0 (tst_json_string (tst_gallery_item_get_row (item), said->member), said->text) == 0;
}

/* Until what is on the screen has been read again. */
static void
wait_shows (TstViewerPage *viewer, const char *work)
{
  Said said = { .viewer = viewer, .member = "work", .text = work };

  tst_wait_until (shows, &said, 10);
}

static void
import_works (GalleryDesk *desk)
{
  g_autofree char *path = g_build_filename (desk->fixture->outside, "obras.csv", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "code,title,status,lat,lon\nOB-1,Puente peatonal,en_ejecucion,7.12,-73.12\nOB-2,Parque lineal,en_ejecucion,7.13,-73.12\n", -1, NULL));
  g_assert_true (tst_field_book_import_works (desk->fixture->book, path, NULL, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
}

static gboolean
has_work_button (gpointer page)
{
  return tst_find_type (page, TST_TYPE_WORK_BUTTON) != NULL;
}

/* «Cambiar de obra», and the work chosen as a person does: written, then pressed. */
static void
move_to (GalleryDesk *desk, TstViewerPage *viewer, const char *name)
{
  GtkWidget *picker;

  gtk_widget_activate_action (GTK_WIDGET (viewer), "viewer.work", NULL);
  picker = wait_page (desk, TST_TYPE_WORK_PICKER);
  gtk_editable_set_text (GTK_EDITABLE (tst_find_type (picker, GTK_TYPE_ENTRY)), name);
  tst_wait_until (has_work_button, picker, 10);
  g_signal_emit_by_name (tst_find_type (picker, TST_TYPE_WORK_BUTTON), "clicked");
  g_assert_true (wait_page (desk, TST_TYPE_VIEWER_PAGE) == GTK_WIDGET (viewer));
}

/* To another work and back, before anything was sent and once central holds it; in a gallery that shows one work alone, too. */
static void
test_move (void)
{
  GalleryDesk desk;
  TstViewerPage *viewer;
  g_autofree char *first = NULL, *second = NULL;

  gallery_desk_open (&desk, 2);
  import_works (&desk);
  gallery_desk_wait_items (&desk, 2);
  first = gallery_desk_id_at (&desk, 0);
  second = gallery_desk_id_at (&desk, 1);
  for (guint sent = 0; sent < 2; sent++)
    {
      gtk_widget_activate_action (GTK_WIDGET (desk.page), "gallery.open", "s", first);
      viewer = TST_VIEWER_PAGE (wait_page (&desk, TST_TYPE_VIEWER_PAGE));
      wait_shows (viewer, NULL);
      move_to (&desk, viewer, "Puente");
      wait_says (&desk, first, "work", "OB-1");
      wait_shows (viewer, "OB-1");
      tst_shot_named (desk.window, sent ? "viewer-moved-later" : "viewer-moved");
      gtk_widget_activate_action (GTK_WIDGET (viewer), "viewer.undo", NULL);
      wait_says (&desk, first, "work", NULL);
      wait_shows (viewer, NULL);
      move_to (&desk, viewer, "Puente");
      wait_says (&desk, first, "work", "OB-1");
      /* Going on is not undoing, and what is undone next is another thing. */
      gtk_widget_activate_action (GTK_WIDGET (viewer), "viewer.next", NULL);
      gtk_widget_activate_action (GTK_WIDGET (viewer), "viewer.undo", NULL);
      tst_settle (200);
      wait_says (&desk, first, "work", "OB-1");
      wait_says (&desk, second, "work", NULL);
      g_assert_true (tst_page_stack_pop (TST_PAGE_STACK (desk.stack)));

      /* The only one of its work leaves the list that shows it: the page goes with it. */
      gtk_widget_activate_action (GTK_WIDGET (desk.page), "gallery.filter", "(ss)", "work", "OB-1");
      gallery_desk_wait_items (&desk, 1);
      gtk_widget_activate_action (GTK_WIDGET (desk.page), "gallery.open", "s", first);
      viewer = TST_VIEWER_PAGE (wait_page (&desk, TST_TYPE_VIEWER_PAGE));
      move_to (&desk, viewer, "Parque");
      wait_says (&desk, first, "work", "OB-2");
      gallery_desk_wait_items (&desk, 0);
      wait_page (&desk, TST_TYPE_GALLERY_PAGE);
      gtk_widget_activate_action (GTK_WIDGET (desk.page), "gallery.filter", "(ss)", "work", "");
      gallery_desk_wait_items (&desk, 2);
      if (sent == 0)
        {
          g_autoptr (JsonObject) changes = json_object_new ();
          g_autofree char *back = NULL;

          json_object_set_null_member (changes, "work");
          back = tst_field_book_amend (desk.fixture->book, first, changes, NULL);
          g_assert_nonnull (back);
          journal_fixture_receive (desk.fixture, TST_CHAIN_FIELD, TRUE);
          tst_session_saved (desk.session);
        }
    }
  /* Each act of a person is a record of its own, and the field book has no fault. */
  g_assert_cmpuint (journal_fixture_verify (desk.fixture, TRUE, NULL), ==, 0);
  gallery_desk_close (&desk);
}

/* All that is said of a capture is put right from the viewer, after it was sent, too; what is begun is there again after a crash. */
static void
test_correct (void)
{
  static const char bytes[] = "OggS una voz inventada";
  GalleryDesk desk;
  g_autoptr (GBytes) voice = g_bytes_new_static (bytes, strlen (bytes));
  TstCaptureSpec spec = { .type = "audio/ogg", .duration_ms = 42400 };
  g_autofree char *photo = NULL, *recording = NULL;

  gallery_desk_open (&desk, 1);
  spec.photo.event_id = desk.event;
  g_assert_true (tst_field_book_add_capture (desk.fixture->book, &spec, voice, NULL, NULL, NULL));
  journal_fixture_receive (desk.fixture, TST_CHAIN_FIELD, TRUE);
  tst_session_saved (desk.session);
  gallery_desk_wait_items (&desk, 2);
  recording = gallery_desk_id_at (&desk, 0);
  photo = gallery_desk_id_at (&desk, 1);
  for (guint i = 0; i < 2; i++)
    {
      const char *id = i == 0 ? photo : recording;
      GtkWidget *viewer, *page;

      gtk_widget_activate_action (GTK_WIDGET (desk.page), "gallery.open", "s", id);
      viewer = wait_page (&desk, TST_TYPE_VIEWER_PAGE);
      gtk_widget_activate_action (viewer, "viewer.edit", NULL);
      page = wait_page (&desk, TST_TYPE_PHOTO_PAGE);
      tst_settle (200);
      gtk_editable_set_text (GTK_EDITABLE (tst_find_type (page, GTK_TYPE_ENTRY)), "El muro ya terminado");
      tst_shot_named (desk.window, i == 0 ? "correct-photo" : "correct-voice");
      /* Left without saving: it is asked for again, and nothing was written down. */
      tst_settle (1200);
      g_assert_true (tst_page_stack_pop (TST_PAGE_STACK (desk.stack)));
      tst_drafts_flush ();
      g_assert_false (says (&(Said){ &desk, NULL, id, "caption", "El muro ya terminado" }));
      gtk_widget_activate_action (viewer, "viewer.edit", NULL);
      page = wait_page (&desk, TST_TYPE_PHOTO_PAGE);
      tst_settle (400);
      g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (tst_find_type (page, GTK_TYPE_ENTRY))), ==, "El muro ya terminado");
      gtk_widget_activate_action (page, "photo.save", NULL);
      wait_says (&desk, id, "caption", "El muro ya terminado");
      tst_settle (1200);
      tst_drafts_flush ();
      {
        g_autofree char *drafts = g_build_filename (desk.fixture->folder, "drafts", NULL);
        g_autoptr (GDir) dir = g_dir_open (drafts, 0, NULL);

        g_assert_true (dir == NULL || g_dir_read_name (dir) == NULL);
      }
      g_assert_true (tst_page_stack_pop (TST_PAGE_STACK (desk.stack)));
      g_assert_true (tst_page_stack_pop (TST_PAGE_STACK (desk.stack)));
    }
  gallery_desk_close (&desk);
}

static const char *
standing (GalleryDesk *desk, const char *id)
{
  g_autoptr (GPtrArray) rows = journal_fixture_list (desk->fixture, "photos", NULL);

  return g_intern_string (tst_json_string (journal_fixture_row (rows, id), "standing"));
}

static void
test_discard (void)
{
  GalleryDesk desk;
  TstViewerPage *viewer;
  g_autofree char *first = NULL, *second = NULL;

  gallery_desk_open (&desk, 3);
  gallery_desk_wait_items (&desk, 3);
  first = gallery_desk_id_at (&desk, 0);
  second = gallery_desk_id_at (&desk, 1);
  gtk_widget_activate_action (GTK_WIDGET (desk.page), "gallery.open", "s", first);
  viewer = TST_VIEWER_PAGE (tst_page_stack_get_visible (TST_PAGE_STACK (desk.stack)));
  tst_viewer_page_set_undo_time (viewer, 1000);

  gtk_widget_activate_action (GTK_WIDGET (viewer), "viewer.discard", NULL);
  tst_settle (200);
  g_assert_cmpstr (standing (&desk, first), ==, "valid");
  gtk_widget_activate_action (GTK_WIDGET (viewer), "viewer.undo", NULL);
  tst_settle (1500);
  g_assert_cmpstr (standing (&desk, first), ==, "valid");

  gtk_widget_activate_action (GTK_WIDGET (viewer), "viewer.discard", NULL);
  gallery_desk_wait_items (&desk, 2);
  g_assert_cmpstr (standing (&desk, first), ==, "discarded");
  g_assert_cmpstr (tst_gallery_item_get_id (tst_viewer_page_get_item (viewer)), ==, second);

  /* Going on is not undoing. */
  gtk_widget_activate_action (GTK_WIDGET (viewer), "viewer.discard", NULL);
  gtk_widget_activate_action (GTK_WIDGET (viewer), "viewer.next", NULL);
  gallery_desk_wait_items (&desk, 1);
  g_assert_cmpstr (standing (&desk, second), ==, "discarded");
  gallery_desk_close (&desk);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  tst_find_style ();
  g_test_add_func ("/viewer/original", test_original);
  g_test_add_func ("/viewer/recordings", test_recordings);
  g_test_add_func ("/viewer/viewer", test_viewer);
  g_test_add_func ("/viewer/move", test_move);
  g_test_add_func ("/viewer/correct", test_correct);
  g_test_add_func ("/viewer/discard", test_discard);
  return g_test_run ();
}
