/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gallery-desk.h"
#include "kiosk/tst-page-stack.h"
#include "kiosk/tst-gallery-item.h"
#include "kiosk/tst-viewer-page.h"
#include "kiosk/tst-work-evidence.h"
#include "record/tst-body.h"
#include "support/tst-find.h"
#include "support/tst-shot.h"
#include "widgets/tst-thumbnails.h"

static gboolean
shows_one (gpointer page)
{
  GtkWidget *thumbnail = tst_find_type (page, TST_TYPE_THUMBNAIL);

  return thumbnail != NULL && tst_thumbnail_is_shown (TST_THUMBNAIL (thumbnail));
}

/* How many choices of the filter by space are on the page. */
static guint
n_offered (GtkWidget *widget)
{
  GVariant *target = GTK_IS_BUTTON (widget) ? gtk_actionable_get_action_target_value (GTK_ACTIONABLE (widget)) : NULL;
  const char *filter = NULL;
  guint n = 0;

  if (target != NULL && g_variant_is_of_type (target, G_VARIANT_TYPE ("(ss)")))
    g_variant_get_child (target, 0, "&s", &filter);
  n += g_strcmp0 (filter, "event") == 0;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    n += n_offered (child);
  return n;
}

static gboolean
offers_two (gpointer page)
{
  return n_offered (page) == 2;
}

static gboolean
offers_none (gpointer page)
{
  return n_offered (page) == 0;
}

static void
test_filters (void)
{
  GalleryDesk desk;
  g_autofree char *other = NULL, *third = NULL, *newest = NULL;

  gallery_desk_open (&desk, 2);
  tst_fixed_clock_advance (desk.fixture->clock, (gint64) 2 * 86400 * G_USEC_PER_SEC);
  other = journal_fixture_event (desk.fixture);
  third = journal_fixture_add_photo (desk.fixture, other, "otra.jpg");
  tst_session_saved (desk.session);
  gallery_desk_wait_items (&desk, 3);
  newest = gallery_desk_id_at (&desk, 0);
  g_assert_cmpstr (newest, ==, third);
  tst_wait_until (shows_one, desk.page, 10);

  gtk_widget_activate_action (GTK_WIDGET (desk.page), "gallery.filter", "(ss)", "event", desk.event);
  gallery_desk_wait_items (&desk, 2);
  gtk_widget_activate_action (GTK_WIDGET (desk.page), "gallery.filter", "(ss)", "event", "");
  gallery_desk_wait_items (&desk, 3);
  {
    g_autoptr (GPtrArray) groups = journal_fixture_list (desk.fixture, "capture-groups", other);

    g_assert_cmpuint (groups->len, ==, 1);
    g_assert_cmpint (tst_json_int (groups->pdata[0], "captures", 0), ==, 1);
    /* The camera's date, whatever day the device saved it on. */
    g_assert_cmpstr (tst_json_string (groups->pdata[0], "day"), ==, "2026-03-27");
  }
  gtk_widget_activate_action (GTK_WIDGET (desk.page), "gallery.filter", "(ss)", "day", "2026-03-29");
  gallery_desk_wait_items (&desk, 0);
  gtk_widget_activate_action (GTK_WIDGET (desk.page), "gallery.filter", "(ss)", "day", "2026-03-27");
  gallery_desk_wait_items (&desk, 3);
  /* What is offered is what the other filters leave: both spaces have that day, none the next. */
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (tst_find_button (GTK_WIDGET (desk.page), "Espacio")), TRUE);
  tst_wait_until (offers_two, desk.page, 10);
  gtk_widget_activate_action (GTK_WIDGET (desk.page), "gallery.filter", "(ss)", "day", "2026-03-28");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (tst_find_button (GTK_WIDGET (desk.page), "Espacio")), TRUE);
  tst_wait_until (offers_none, desk.page, 10);
  gtk_widget_activate_action (GTK_WIDGET (desk.page), "gallery.filter", "(ss)", "day", "2026-03-27");
  gallery_desk_wait_items (&desk, 3);
  gtk_widget_activate_action (GTK_WIDGET (desk.page), "gallery.filter", "(ss)", "work", "NO-HAY");
  gallery_desk_wait_items (&desk, 0);
  gtk_widget_activate_action (GTK_WIDGET (desk.page), "gallery.filter", "(ss)", "work", "");
  gallery_desk_wait_items (&desk, 3);
  gtk_widget_activate_action (GTK_WIDGET (desk.page), "gallery.filter", "(ss)", "place", "10,-76,11,-75");
  gallery_desk_wait_items (&desk, 0);
  {
    g_autoptr (JsonObject) changes = json_object_new ();
    g_autoptr (GPtrArray) places = NULL;
    g_autoptr (GError) error = NULL;
    g_autofree char *amended = NULL, *sides = NULL;
    JsonObject *place;
    char a[4][G_ASCII_DTOSTR_BUF_SIZE];

    json_object_set_string_member (changes, "place", "7.2,-73.2");
    amended = tst_field_book_amend (desk.fixture->book, third, changes, &error);
    g_assert_no_error (error);
    places = journal_fixture_list (desk.fixture, "capture-places", NULL);
    g_assert_cmpuint (places->len, ==, 1);
    place = places->pdata[0];
    g_assert_cmpint (tst_json_int (place, "captures", 0), ==, 1);
    sides = g_strdup_printf ("%s,%s,%s,%s", g_ascii_dtostr (a[0], sizeof a[0], json_object_get_double_member (place, "south")),
                             g_ascii_dtostr (a[1], sizeof a[1], json_object_get_double_member (place, "west")),
                             g_ascii_dtostr (a[2], sizeof a[2], json_object_get_double_member (place, "north")),
                             g_ascii_dtostr (a[3], sizeof a[3], json_object_get_double_member (place, "east")));
    gtk_widget_activate_action (GTK_WIDGET (desk.page), "gallery.filter", "(ss)", "place", sides);
    gallery_desk_wait_items (&desk, 1);
  }
  gallery_desk_close (&desk);
}

typedef struct
{
  GalleryDesk *desk;
  guint position;
  const char *id;
} Waited;

static gboolean
is_read (gpointer data)
{
  Waited *waited = data;
  g_autoptr (TstGalleryItem) item = g_list_model_get_item (tst_gallery_page_get_model (waited->desk->page), waited->position);

  return item != NULL && (waited->id == NULL ? tst_gallery_item_get_id (item) != NULL : g_strcmp0 (tst_gallery_item_get_id (item), waited->id) == 0);
}

/* Two columns on the narrowest phone. */
static void
test_narrow (void)
{
  GalleryDesk desk;

  gallery_desk_open (&desk, 3);
  gtk_window_set_default_size (GTK_WINDOW (desk.window), 360, 640);
  gallery_desk_wait_items (&desk, 3);
  tst_wait_until (shows_one, desk.page, 10);
  tst_settle (300);
  g_assert_cmpuint (tst_card_grid_get_columns (tst_gallery_page_get_grid (desk.page)), ==, 2);
  gallery_desk_close (&desk);
}

/* All of them in one list, read a piece at a time; the viewer walks over the edge of what is read; a new one comes without anything moving. */
static void
test_pieces (void)
{
  GalleryDesk desk;
  TstViewerPage *viewer;
  GtkAdjustment *adjustment;
  double value;
  const guint n = TST_GALLERY_PIECE + 15;
  g_autofree char *last = NULL, *at_edge = NULL, *fresh = NULL;

  gallery_desk_open (&desk, n);
  gallery_desk_wait_items (&desk, n);
  g_assert_true (is_read (&(Waited) { &desk, TST_GALLERY_PIECE - 1 }));
  g_assert_false (is_read (&(Waited) { &desk, n - 1 }));
  tst_wait_until (is_read, &(Waited) { &desk, n - 1 }, 10);
  last = gallery_desk_id_at (&desk, n - 1);
  at_edge = gallery_desk_id_at (&desk, TST_GALLERY_PIECE - 1);
  g_assert_cmpstr (last, !=, at_edge);

  tst_card_grid_go (tst_gallery_page_get_grid (desk.page), n - 1, TRUE);
  tst_settle (300);
  adjustment = tst_gallery_page_get_adjustment (desk.page);
  value = gtk_adjustment_get_value (adjustment);
  g_assert_cmpfloat (value, >, 1000);
  fresh = journal_fixture_add_photo (desk.fixture, desk.event, "nueva.jpg");
  tst_session_saved (desk.session);
  gallery_desk_wait_items (&desk, n + 1);
  tst_wait_until (is_read, &(Waited) { &desk, 0, fresh }, 10);
  tst_wait_until (is_read, &(Waited) { &desk, n, last }, 10);
  /* At most the one row that the new one pushed on. */
  g_assert_cmpfloat_with_epsilon (gtk_adjustment_get_value (adjustment), value, 250);
  g_assert_cmpuint (tst_card_grid_get_current (tst_gallery_page_get_grid (desk.page)), ==, n);

  gtk_widget_activate_action (GTK_WIDGET (desk.page), "gallery.open", "s", at_edge);
  viewer = TST_VIEWER_PAGE (tst_page_stack_get_visible (TST_PAGE_STACK (desk.stack)));
  g_assert_cmpuint (tst_viewer_page_get_position (viewer), ==, TST_GALLERY_PIECE);
  tst_wait_until (gallery_has_picture, viewer, 10);
  gtk_widget_activate_action (GTK_WIDGET (viewer), "viewer.next", NULL);
  tst_wait_until (gallery_has_picture, viewer, 10);
  g_assert_true (tst_page_stack_pop (TST_PAGE_STACK (desk.stack)));
  tst_settle (300);
  g_assert_cmpuint (tst_card_grid_get_current (tst_gallery_page_get_grid (desk.page)), ==, TST_GALLERY_PIECE + 1);
  gallery_desk_close (&desk);
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
  GalleryDesk desk;
  GtkWidget *evidence, *page;
  char *ids[2];
  g_autoptr (TstGalleryItem) item = NULL;

  gallery_desk_open (&desk, 1);
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
  gallery_desk_close (&desk);
  g_free (ids[0]);
  g_free (ids[1]);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  tst_find_style ();
  g_test_add_func ("/gallery/filters", test_filters);
  g_test_add_func ("/gallery/narrow", test_narrow);
  g_test_add_func ("/gallery/pieces", test_pieces);
  g_test_add_func ("/gallery/work", test_work);
  return g_test_run ();
}
