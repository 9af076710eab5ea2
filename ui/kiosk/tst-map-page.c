/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-map-page.h"

#include "format/tst-format.h"
#include "journal/tst-field-book-async.h"
#include "journal/tst-outbox-files.h"
#include "kiosk/tst-locating.h"
#include "kiosk/tst-work-ages.h"
#include "kiosk/tst-work-page.h"
#include "kiosk/tst-works-source.h"
#include "model/tst-geo.h"
#include "record/tst-body.h"
#include "widgets/tst-work-button.h"
#include "widgets/tst-work-filter-bar.h"

#include <glib/gi18n.h>
#include <math.h>

/* Of works that share a spot. */
#define MOST_CARDS 20
#define CARDS_HEIGHT 280
#define WORK_ZOOM 16

struct _TstMapPage
{
  TstPage parent_instance;
  GtkWidget *bar, *count, *map, *reveal, *scroller, *cards, *photos;
  TstWorkIndex *works;
  TstWorkAges *ages;
  gboolean placed; /* the view was put on the photographs once */
  char *wanted; /* (nullable): the work to show once the works are read */
  GCancellable *cancellable; /* of the places of photographs */
};

G_DEFINE_FINAL_TYPE (TstMapPage, tst_map_page, TST_TYPE_PAGE)

/* --- what every map of the app has --- */

char *
tst_map_dup_ground (TstSession *session)
{
  g_autofree char *chosen = g_settings_get_string (tst_session_get_settings (session), "map-file");
  TstFieldBook *book = tst_session_get_book (session);
  g_autofree char *sent = book != NULL && *chosen == '\0' ? tst_outbox_file_path (book, TST_GROUND_FILE) : NULL;

  if (sent != NULL && g_file_test (sent, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&sent);
  return g_steal_pointer (&chosen);
}

static void
on_map_file (TstMap *map)
{
  TstSession *session = g_object_get_data (G_OBJECT (map), "session");
  g_autofree char *path = tst_map_dup_ground (session);

  tst_map_set_ground (map, path);
}

static void
on_map_position (TstMap *map)
{
  TstPlace here;

  tst_map_set_position (map, tst_session_get_position (g_object_get_data (G_OBJECT (map), "session"), &here) ? &here : NULL);
}

static void
on_map_book (TstMap *map)
{
  TstFieldBook *book = tst_session_get_book (g_object_get_data (G_OBJECT (map), "session"));

  tst_map_set_book (map, book);
  if (book != NULL)
    {
      g_autofree char *path = g_build_filename (tst_field_book_get_folder (book), "comunas.geojson", NULL);

      tst_map_set_comunas_file (map, path);
    }
  on_map_file (map);
}

void
tst_map_attach (TstMap *map, TstSession *session)
{
  g_return_if_fail (TST_IS_MAP (map));
  g_return_if_fail (TST_IS_SESSION (session));
  g_object_set_data_full (G_OBJECT (map), "session", g_object_ref (session), g_object_unref);
  g_signal_connect_object (tst_session_get_settings (session), "changed::map-file", G_CALLBACK (on_map_file), map, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "position-changed", G_CALLBACK (on_map_position), map, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::book", G_CALLBACK (on_map_book), map, G_CONNECT_SWAPPED);
  on_map_file (map);
  on_map_position (map);
  on_map_book (map);
}

/* --- the card --- */

static void
on_card (TstMapPage *self, TstWorkButton *button)
{
  tst_page_push (TST_PAGE (self), TST_PAGE (tst_work_page_new (tst_page_get_session (TST_PAGE (self)), tst_work_button_get_code (button))));
}

static void
hide_cards (TstMapPage *self)
{
  GtkWidget *child;

  gtk_revealer_set_reveal_child (GTK_REVEALER (self->reveal), FALSE);
  tst_map_set_selected (TST_MAP (self->map), NULL);
  while ((child = gtk_widget_get_first_child (self->cards)) != NULL)
    gtk_box_remove (GTK_BOX (self->cards), child);
}

static void
add_card (TstMapPage *self, guint32 at)
{
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  g_autofree char *lang = g_settings_get_string (tst_session_get_settings (session), "language");
  const TstWorkEntry work = tst_work_index_get (self->works, at);
  GtkWidget *button = tst_work_button_new ();
  TstPlace here;
  double distance = NAN;

  if (tst_session_get_position (session, &here) && !isnan (work.lat))
    distance = tst_geo_distance (here.latitude, here.longitude, work.lat, work.lon);
  tst_work_button_set_work (TST_WORK_BUTTON (button), &work, distance, lang);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_card), self);
  gtk_box_append (GTK_BOX (self->cards), button);
}

/* Once the cards are there. */
static void
tell_ages (TstMapPage *self)
{
  GtkWidget *buttons[MOST_CARDS];
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (self->cards); child != NULL && n < MOST_CARDS; child = gtk_widget_get_next_sibling (child))
    buttons[n++] = child;
  tst_work_ages_fill (self->ages, buttons, n);
}

static void
on_work (TstMapPage *self, const char *code)
{
  guint at;

  if (self->works == NULL || !tst_work_index_find (self->works, code, &at))
    return;
  hide_cards (self);
  add_card (self, at);
  tell_ages (self);
  tst_map_set_selected (TST_MAP (self->map), code);
  /* As high as it needs to be. */
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER, GTK_POLICY_NEVER);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->reveal), TRUE);
}

static void
show_wanted (TstMapPage *self)
{
  TstWorkEntry work;
  guint at;

  if (self->wanted == NULL || self->works == NULL || !tst_work_index_find (self->works, self->wanted, &at))
    return;
  work = tst_work_index_get (self->works, at);
  if (!isnan (work.lat))
    tst_map_go_to (TST_MAP (self->map), work.lat, work.lon, WORK_ZOOM);
  on_work (self, work.code);
  g_clear_pointer (&self->wanted, g_free);
}

static void
on_works (TstMapPage *self, GArray *works)
{
  hide_cards (self);
  for (guint i = 0; i < MIN (works->len, MOST_CARDS); i++)
    add_card (self, g_array_index (works, guint32, i));
  tell_ages (self);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (self->scroller), CARDS_HEIGHT / 2);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->reveal), TRUE);
}

/* --- the works --- */

static gboolean
shows_photos (TstMapPage *self)
{
  return self->photos != NULL && gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->photos));
}

static void
search (TstMapPage *self)
{
  TstWorkFilter filter = { 0 };
  g_autoptr (GArray) found = NULL;
  g_autofree char *number = NULL;
  g_autofree char *text = NULL;
  guint placed = 0;

  if (self->works == NULL)
    return;
  hide_cards (self);
  tst_work_filter_bar_get (TST_WORK_FILTER_BAR (self->bar), &filter);
  found = tst_work_index_search (self->works, &filter);
  for (guint i = 0; i < found->len; i++)
    placed += !isnan (tst_work_index_get (self->works, g_array_index (found, guint32, i)).lat);
  tst_map_set_works (TST_MAP (self->map), self->works, found);
  number = tst_format_number (placed, 0);
  text = g_strdup_printf (ngettext ("%s obra en el mapa", "%s obras en el mapa", placed), number);
  if (placed < found->len)
    {
      g_autofree char *rest = tst_format_number (found->len - placed, 0);
      g_autofree char *all = g_strdup_printf (_("%s · %s sin lugar: búsquelas en la lista"), text, rest);

      gtk_label_set_label (GTK_LABEL (self->count), all);
    }
  else
    gtk_label_set_label (GTK_LABEL (self->count), text);
}

static void
take_works (TstMapPage *self, TstWorksSource *source)
{
  TstWorkIndex *works = tst_works_source_get_works (source);

  if (works == NULL)
    return;
  g_clear_pointer (&self->works, tst_work_index_unref);
  self->works = tst_work_index_ref (works);
  if (!shows_photos (self))
    search (self);
  show_wanted (self);
}

/* --- the photographs --- */

static void
on_places (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = tst_field_book_list_finish (TST_FIELD_BOOK (source), result, &error);
  g_autofree char *photos = NULL, *places = NULL, *text = NULL, *all = NULL;
  TstMapEvidence *evidence;
  TstMapPage *self;
  guint n, where;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self = TST_MAP_PAGE (user_data);
  if (rows == NULL || !shows_photos (self))
    return;
  evidence = tst_map_evidence_new ();
  for (guint i = 0; i < rows->len; i++)
    {
      JsonObject *row = rows->pdata[i];

      tst_map_evidence_add (evidence, tst_json_double (row, "lat", 0), tst_json_double (row, "lon", 0), tst_json_double (row, "south", 0),
                            tst_json_double (row, "west", 0), tst_json_double (row, "north", 0), tst_json_double (row, "east", 0),
                            (guint) tst_json_int (row, "captures", 1));
    }
  n = tst_map_evidence_get_photos (evidence);
  where = tst_map_evidence_get_places (evidence);
  photos = tst_format_number (n, 0);
  places = tst_format_number (where, 0);
  text = g_strdup_printf (ngettext ("%s evidencia con posición", "%s evidencias con posición", n), photos);
  all = g_strdup_printf (ngettext ("%s, en %s lugar", "%s, en %s lugares", where), text, places);
  gtk_label_set_label (GTK_LABEL (self->count), n > 0 ? all : _("Ninguna evidencia trae posición todavía."));
  if (!self->placed && n > 0)
    {
      double south, west, north, east;

      if (tst_map_evidence_get_bounds (evidence, &south, &west, &north, &east))
        tst_map_fit (TST_MAP (self->map), west, south, east, north);
      self->placed = TRUE;
    }
  tst_map_set_evidence (TST_MAP (self->map), evidence);
}

static void
load_places (TstMapPage *self)
{
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  TstQuery all = { 0 };

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (book == NULL || !shows_photos (self))
    return;
  self->cancellable = g_cancellable_new ();
  tst_field_book_list_async (book, "capture-places", &all, self->cancellable, on_places, self);
}

static void
on_photos_toggled (TstMapPage *self)
{
  gboolean photos = shows_photos (self);

  gtk_widget_set_visible (self->bar, !photos);
  self->placed = FALSE;
  if (photos)
    {
      hide_cards (self);
      tst_map_set_evidence (TST_MAP (self->map), tst_map_evidence_new ());
      gtk_label_set_label (GTK_LABEL (self->count), _("Buscando dónde hay fotos…"));
      load_places (self);
    }
  else
    {
      tst_map_set_evidence (TST_MAP (self->map), NULL);
      search (self);
    }
}

/* Tenths of a metre are enough, and more than a receiver knows; the edges belong to it. */
static void
on_photos (TstMapPage *self, double south, double west, double north, double east)
{
  const double edge = 1e-6;
  g_autofree char *place = NULL;
  char sides[4][G_ASCII_DTOSTR_BUF_SIZE];

  place = g_strdup_printf ("%s,%s,%s,%s", g_ascii_formatd (sides[0], sizeof sides[0], "%.6f", south - edge),
                           g_ascii_formatd (sides[1], sizeof sides[1], "%.6f", west - edge),
                           g_ascii_formatd (sides[2], sizeof sides[2], "%.6f", north + edge),
                           g_ascii_formatd (sides[3], sizeof sides[3], "%.6f", east + edge));
  gtk_widget_activate_action (GTK_WIDGET (self), "win.photos", "s", place);
}

static void
on_records (TstMapPage *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    load_places (self);
}

/* Not the search: on a tablet that would bring up a keyboard. */
static void
tst_map_page_shown (TstPage *page)
{
  gtk_widget_grab_focus (TST_MAP_PAGE (page)->map);
}

static void
tst_map_page_search (TstPage *page)
{
  tst_work_filter_bar_focus (TST_WORK_FILTER_BAR (TST_MAP_PAGE (page)->bar));
}

static void
tst_map_page_constructed (GObject *object)
{
  TstMapPage *self = TST_MAP_PAGE (object);
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  g_autofree char *lang = g_settings_get_string (tst_session_get_settings (session), "language");

  G_OBJECT_CLASS (tst_map_page_parent_class)->constructed (object);
  self->ages = tst_work_ages_new (session);
  tst_work_filter_bar_fill (TST_WORK_FILTER_BAR (self->bar), lang);
  tst_map_attach (TST_MAP (self->map), session);
  tst_locating_while_seen (GTK_WIDGET (self), session);
  g_signal_connect_swapped (self->bar, "changed", G_CALLBACK (search), self);
  self->photos = gtk_toggle_button_new_with_label (_("Fotos"));
  g_signal_connect_swapped (self->photos, "toggled", G_CALLBACK (on_photos_toggled), self);
  tst_page_set_end (TST_PAGE (self), self->photos);
  g_signal_connect_object (tst_works_source_for (session), "changed", G_CALLBACK (take_works), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "records-changed", G_CALLBACK (on_records), self, G_CONNECT_SWAPPED);
}

static void
tst_map_page_dispose (GObject *object)
{
  TstMapPage *self = TST_MAP_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->ages);
  g_clear_pointer (&self->works, tst_work_index_unref);
  g_clear_pointer (&self->wanted, g_free);
  G_OBJECT_CLASS (tst_map_page_parent_class)->dispose (object);
}

static void
tst_map_page_class_init (TstMapPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = tst_map_page_constructed;
  object_class->dispose = tst_map_page_dispose;
  TST_PAGE_CLASS (klass)->shown = tst_map_page_shown;
  TST_PAGE_CLASS (klass)->search = tst_map_page_search;
}

static void
tst_map_page_init (TstMapPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *top = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *bottom = adw_clamp_new ();

  self->bar = tst_work_filter_bar_new ();
  self->count = gtk_label_new (_("Leyendo las obras…"));
  gtk_label_set_xalign (GTK_LABEL (self->count), 0);
  gtk_label_set_wrap (GTK_LABEL (self->count), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->count), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (self->count, "dim-label");
  gtk_box_append (GTK_BOX (top), self->bar);
  gtk_box_append (GTK_BOX (top), self->count);
  gtk_widget_set_margin_start (top, 12);
  gtk_widget_set_margin_end (top, 12);
  gtk_widget_set_margin_top (top, 10);
  gtk_widget_set_margin_bottom (top, 8);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 860);
  adw_clamp_set_child (ADW_CLAMP (clamp), top);

  self->map = tst_map_new ();
  gtk_widget_set_vexpand (self->map, TRUE);
  gtk_widget_set_size_request (self->map, -1, 180);
  g_signal_connect_swapped (self->map, "work-activated", G_CALLBACK (on_work), self);
  g_signal_connect_swapped (self->map, "works-activated", G_CALLBACK (on_works), self);
  g_signal_connect_swapped (self->map, "photos-activated", G_CALLBACK (on_photos), self);

  self->cards = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_set_margin_start (self->cards, 12);
  gtk_widget_set_margin_end (self->cards, 12);
  gtk_widget_set_margin_top (self->cards, 8);
  gtk_widget_set_margin_bottom (self->cards, 8);
  adw_clamp_set_maximum_size (ADW_CLAMP (bottom), 860);
  adw_clamp_set_child (ADW_CLAMP (bottom), self->cards);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->scroller), CARDS_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), bottom);
  self->reveal = gtk_revealer_new ();
  gtk_revealer_set_transition_type (GTK_REVEALER (self->reveal), GTK_REVEALER_TRANSITION_TYPE_SLIDE_UP);
  gtk_revealer_set_transition_duration (GTK_REVEALER (self->reveal), 150);
  gtk_revealer_set_child (GTK_REVEALER (self->reveal), self->scroller);

  gtk_box_append (GTK_BOX (box), clamp);
  gtk_box_append (GTK_BOX (box), self->map);
  gtk_box_append (GTK_BOX (box), self->reveal);
  adw_bin_set_child (ADW_BIN (self), box);
}

GtkWidget *
tst_map_page_new (TstSession *session, TstWorkIndex *works)
{
  TstMapPage *self = g_object_new (TST_TYPE_MAP_PAGE, "session", session, "title", _("Mapa"), NULL);

  if (works != NULL)
    {
      self->works = tst_work_index_ref (works);
      search (self);
    }
  else
    take_works (self, tst_works_source_for (session));
  return GTK_WIDGET (self);
}

void
tst_map_page_show_work (TstMapPage *self, const char *code)
{
  g_return_if_fail (TST_IS_MAP_PAGE (self));
  g_free (self->wanted);
  self->wanted = g_strdup (code);
  show_wanted (self);
}
