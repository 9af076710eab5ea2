/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal-fixture.h"
#include "kiosk/tst-gallery-page.h"
#include "kiosk/tst-page-stack.h"
#include "kiosk/tst-gallery-item.h"
#include "kiosk/tst-proof-page.h"
#include "kiosk/tst-viewer-page.h"
#include "kiosk/tst-work-evidence.h"
#include "record/tst-body.h"
#include "support/tst-shot.h"
#include "widgets/tst-thumbnails.h"
#include "widgets/tst-zoom-picture.h"

typedef struct
{
  JournalFixture *fixture;
  TstSession *session;
  GtkWidget *window, *stack;
  TstGalleryPage *page;
  char *event;
} Desk;

static GSettings *settings;

static void
desk_open (Desk *desk, guint photos)
{
  *desk = (Desk) { journal_fixture_new (TRUE) };
  desk->event = journal_fixture_event (desk->fixture);
  for (guint i = 0; i < photos; i++)
    {
      g_autofree char *name = g_strdup_printf ("foto-%u.jpg", i);
      g_autofree char *id = journal_fixture_add_photo (desk->fixture, desk->event, name);
    }
  desk->session = tst_session_new (settings);
  tst_session_set_book (desk->session, desk->fixture->book);
  desk->page = TST_GALLERY_PAGE (tst_gallery_page_new (desk->session));
  desk->stack = tst_page_stack_new (TST_PAGE (desk->page));
  desk->window = adw_window_new ();
  adw_window_set_content (ADW_WINDOW (desk->window), desk->stack);
  gtk_window_set_default_size (GTK_WINDOW (desk->window), 700, 700);
  gtk_window_present (GTK_WINDOW (desk->window));
}

static void
desk_close (Desk *desk)
{
  gtk_window_destroy (GTK_WINDOW (desk->window));
  tst_settle (50);
  g_clear_object (&desk->session);
  journal_fixture_free (desk->fixture);
  g_free (desk->event);
}

typedef struct
{
  Desk *desk;
  guint n;
} Items;

static gboolean
has_items (gpointer data)
{
  Items *items = data;

  return g_list_model_get_n_items (tst_gallery_page_get_model (items->desk->page)) == items->n;
}

static void
wait_items (Desk *desk, guint n)
{
  Items items = { desk, n };

  tst_wait_until (has_items, &items, 15);
}

static char *
id_at (Desk *desk, guint position)
{
  g_autoptr (TstGalleryItem) item = g_list_model_get_item (tst_gallery_page_get_model (desk->page), position);

  return g_strdup (tst_gallery_item_get_id (item));
}

static GtkWidget *
find (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
shows_one (gpointer page)
{
  GtkWidget *thumbnail = find (page, TST_TYPE_THUMBNAIL);

  return thumbnail != NULL && tst_thumbnail_is_shown (TST_THUMBNAIL (thumbnail));
}

static void
test_filters (void)
{
  Desk desk;
  g_autofree char *other = NULL, *third = NULL, *newest = NULL;

  desk_open (&desk, 2);
  tst_fixed_clock_advance (desk.fixture->clock, (gint64) 2 * 86400 * G_USEC_PER_SEC);
  other = journal_fixture_event (desk.fixture);
  third = journal_fixture_add_photo (desk.fixture, other, "otra.jpg");
  tst_session_saved (desk.session);
  wait_items (&desk, 3);
  newest = id_at (&desk, 0);
  g_assert_cmpstr (newest, ==, third);
  tst_wait_until (shows_one, desk.page, 10);

  gtk_widget_activate_action (GTK_WIDGET (desk.page), "gallery.filter", "(ss)", "event", desk.event);
  wait_items (&desk, 2);
  gtk_widget_activate_action (GTK_WIDGET (desk.page), "gallery.filter", "(ss)", "event", "");
  wait_items (&desk, 3);
  {
    g_autoptr (GPtrArray) groups = journal_fixture_list (desk.fixture, "photo-groups", other);

    g_assert_cmpuint (groups->len, ==, 1);
    g_assert_cmpint (tst_json_int (groups->pdata[0], "photos", 0), ==, 1);
    /* The camera's date, whatever day the device saved it on. */
    g_assert_cmpstr (tst_json_string (groups->pdata[0], "day"), ==, "2026-03-27");
  }
  gtk_widget_activate_action (GTK_WIDGET (desk.page), "gallery.filter", "(ss)", "day", "2026-03-29");
  wait_items (&desk, 0);
  gtk_widget_activate_action (GTK_WIDGET (desk.page), "gallery.filter", "(ss)", "day", "2026-03-27");
  wait_items (&desk, 3);
  gtk_widget_activate_action (GTK_WIDGET (desk.page), "gallery.filter", "(ss)", "work", "NO-HAY");
  wait_items (&desk, 0);
  desk_close (&desk);
}

static gboolean
has_picture (gpointer page)
{
  return tst_viewer_page_has_picture (page);
}

static gboolean
has_caption (gpointer page)
{
  TstGalleryItem *item = tst_viewer_page_get_item (page);

  return g_strcmp0 (tst_json_string (tst_gallery_item_get_row (item), "caption"), "El muro ya terminado") == 0;
}

static void
test_viewer (void)
{
  Desk desk;
  TstViewerPage *viewer;
  GtkWidget *picture;
  g_autofree char *first = NULL, *second = NULL;

  desk_open (&desk, 3);
  wait_items (&desk, 3);
  first = id_at (&desk, 0);
  second = id_at (&desk, 1);
  gtk_widget_activate_action (GTK_WIDGET (desk.page), "gallery.open", "s", first);
  viewer = TST_VIEWER_PAGE (tst_page_stack_get_visible (TST_PAGE_STACK (desk.stack)));
  tst_wait_until (has_picture, viewer, 10);
  g_assert_cmpstr (tst_gallery_item_get_id (tst_viewer_page_get_item (viewer)), ==, first);

  picture = find (GTK_WIDGET (viewer), TST_TYPE_ZOOM_PICTURE);
  gtk_widget_activate_action (GTK_WIDGET (viewer), "viewer.zoom-in", NULL);
  g_assert_cmpfloat (tst_zoom_picture_get_zoom (TST_ZOOM_PICTURE (picture)), ==, 1.5);
  gtk_widget_activate_action (GTK_WIDGET (viewer), "viewer.zoom-out", NULL);
  gtk_widget_activate_action (GTK_WIDGET (viewer), "viewer.zoom-out", NULL);
  g_assert_cmpfloat (tst_zoom_picture_get_zoom (TST_ZOOM_PICTURE (picture)), ==, 1);

  gtk_widget_activate_action (GTK_WIDGET (viewer), "viewer.previous", NULL);
  g_assert_cmpstr (tst_gallery_item_get_id (tst_viewer_page_get_item (viewer)), ==, first);
  gtk_widget_activate_action (GTK_WIDGET (viewer), "viewer.next", NULL);
  g_assert_cmpstr (tst_gallery_item_get_id (tst_viewer_page_get_item (viewer)), ==, second);
  tst_wait_until (has_picture, viewer, 10);

  /* What is typed is not lost by going back. */
  gtk_widget_activate_action (GTK_WIDGET (viewer), "viewer.edit", NULL);
  gtk_editable_set_text (tst_viewer_page_get_caption_entry (viewer), "El muro ya terminado");
  g_assert_false (tst_page_stack_pop (TST_PAGE_STACK (desk.stack)));
  gtk_widget_activate_action (GTK_WIDGET (viewer), "viewer.save", NULL);
  tst_wait_until (has_caption, viewer, 10);

  gtk_widget_activate_action (GTK_WIDGET (viewer), "viewer.proof", NULL);
  g_assert_true (TST_IS_PROOF_PAGE (tst_page_stack_get_visible (TST_PAGE_STACK (desk.stack))));
  g_assert_true (tst_page_stack_pop (TST_PAGE_STACK (desk.stack)));
  desk_close (&desk);
}

static const char *
standing (Desk *desk, const char *id)
{
  g_autoptr (GPtrArray) rows = journal_fixture_list (desk->fixture, "photos", NULL);

  return g_intern_string (tst_json_string (journal_fixture_row (rows, id), "standing"));
}

static void
test_discard (void)
{
  Desk desk;
  TstViewerPage *viewer;
  g_autofree char *first = NULL, *second = NULL;

  desk_open (&desk, 3);
  wait_items (&desk, 3);
  first = id_at (&desk, 0);
  second = id_at (&desk, 1);
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
  wait_items (&desk, 2);
  g_assert_cmpstr (standing (&desk, first), ==, "discarded");
  g_assert_cmpstr (tst_gallery_item_get_id (tst_viewer_page_get_item (viewer)), ==, second);

  /* Going on is not undoing. */
  gtk_widget_activate_action (GTK_WIDGET (viewer), "viewer.discard", NULL);
  gtk_widget_activate_action (GTK_WIDGET (viewer), "viewer.next", NULL);
  wait_items (&desk, 1);
  g_assert_cmpstr (standing (&desk, second), ==, "discarded");
  desk_close (&desk);
}

/* Never more than a window of them, and both ways through it. */
static void
test_window (void)
{
  Desk desk;
  g_autofree char *first = NULL, *again = NULL;

  desk_open (&desk, TST_GALLERY_WINDOW + 15);
  wait_items (&desk, TST_GALLERY_WINDOW);
  first = id_at (&desk, 0);
  gtk_widget_activate_action (GTK_WIDGET (desk.page), "gallery.page", "i", 1);
  wait_items (&desk, 15);
  g_assert_cmpuint (tst_gallery_page_get_offset (desk.page), ==, TST_GALLERY_WINDOW);
  gtk_widget_activate_action (GTK_WIDGET (desk.page), "gallery.page", "i", 1);
  tst_settle (300);
  g_assert_cmpuint (tst_gallery_page_get_offset (desk.page), ==, TST_GALLERY_WINDOW);
  gtk_widget_activate_action (GTK_WIDGET (desk.page), "gallery.page", "i", -1);
  wait_items (&desk, TST_GALLERY_WINDOW);
  again = id_at (&desk, 0);
  g_assert_cmpstr (again, ==, first);
  desk_close (&desk);
}

static gboolean
has_evidence (gpointer evidence)
{
  return g_list_model_get_n_items (tst_work_evidence_get_model (evidence)) == 2;
}

/* A work shows its own photographs and no others, the newest first. */
static void
test_work (void)
{
  Desk desk;
  GtkWidget *evidence, *page;
  char *ids[2];
  g_autoptr (TstGalleryItem) item = NULL;

  desk_open (&desk, 1);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *name = g_strdup_printf ("obra-%u.jpg", i);
      g_autofree char *path = journal_fixture_photo_file (desk.fixture, name);
      TstPhotoSpec spec = { .event_id = desk.event, .work = "MAR-2026-001" };
      TstPhotoResult result = { 0 };
      g_autoptr (GError) error = NULL;

      tst_field_book_add_photo (desk.fixture->book, &spec, path, &result, NULL, &error);
      g_assert_no_error (error);
      ids[i] = g_strdup (result.id);
      tst_photo_result_clear (&result);
    }
  page = g_object_new (TST_TYPE_PAGE, "session", desk.session, "title", "Obra", NULL);
  evidence = tst_work_evidence_new (TST_PAGE (page), "MAR-2026-001");
  adw_bin_set_child (ADW_BIN (page), evidence);
  tst_page_stack_push (TST_PAGE_STACK (desk.stack), TST_PAGE (page));
  g_assert_false (gtk_widget_get_visible (evidence));
  tst_work_evidence_reload (TST_WORK_EVIDENCE (evidence));
  tst_wait_until (has_evidence, evidence, 10);
  g_assert_true (gtk_widget_get_visible (evidence));
  item = g_list_model_get_item (tst_work_evidence_get_model (TST_WORK_EVIDENCE (evidence)), 0);
  g_assert_cmpstr (tst_gallery_item_get_id (item), ==, ids[1]);
  desk_close (&desk);
  g_free (ids[0]);
  g_free (ids[1]);
}

int
main (int argc, char **argv)
{
  int result;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  settings = g_settings_new ("co.testigo.Testigo");
  g_test_add_func ("/gallery/filters", test_filters);
  g_test_add_func ("/gallery/viewer", test_viewer);
  g_test_add_func ("/gallery/discard", test_discard);
  g_test_add_func ("/gallery/window", test_window);
  g_test_add_func ("/gallery/work", test_work);
  result = g_test_run ();
  g_clear_object (&settings);
  return result;
}
