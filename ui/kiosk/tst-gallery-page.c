/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-gallery-page.h"

#include "format/tst-format.h"
#include "journal/tst-field-book-async.h"
#include "kiosk/tst-viewer-page.h"
#include "record/tst-body.h"
#include "widgets/tst-card-grid.h"
#include "widgets/tst-fit-scroller.h"
#include "widgets/tst-hidden.h"
#include "widgets/tst-photo-card.h"
#include "widgets/tst-wrap.h"

#include <glib/gi18n.h>

/* Two columns on a phone of 360 pixels. */
#define CARD_WIDTH 152
#define PICTURE_HEIGHT 114
#define REFRESH_MS 500
/* Choices of a filter offered at once: the newest. */
#define MAX_CHOICES 40
#define CHOICES_HEIGHT 200

enum
{
  BY_EVENT,
  BY_WORK,
  BY_DAY,
  BY_PLACE, /* from the map */
  N_FILTERS
};

static const char *const filter_names[N_FILTERS] = { "event", "work", "day", "place" };

struct _TstGalleryPage
{
  TstPage parent_instance;
  GtkWidget *filters[N_FILTERS]; /* toggle buttons that open a choice */
  GtkWidget *chooser, *choices, *scrolled, *grid, *stack, *status;
  TstGalleryModel *model;
  GPtrArray *groups; /* of JsonObject */
  char *chosen[N_FILTERS];
  char *labels[N_FILTERS];
  GtkWidget *viewer; /* weak: while it is open the model is kept up to date for it */
  GCancellable *cancellable;
  guint timer, came_to; /* where the viewer was when it was left */
  int open_filter; /* whose choices are shown; -1: none */
  gboolean grouping, to_top, comes_back;
};

G_DEFINE_FINAL_TYPE (TstGalleryPage, tst_gallery_page, TST_TYPE_PAGE)

static void load (TstGalleryPage *self);

/* --- the cards --- */

static TstThumbnails *
source_of (TstGalleryPage *self)
{
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));

  return book != NULL ? tst_thumbnails_for_book (book) : NULL;
}

static void
show_item (GtkWidget *card)
{
  TstGalleryPage *self = TST_GALLERY_PAGE (gtk_widget_get_ancestor (card, TST_TYPE_GALLERY_PAGE));
  TstGalleryItem *item = g_object_get_data (G_OBJECT (card), "item");
  g_autofree char *title = NULL, *date = NULL, *state = NULL, *name = NULL;

  if (item == NULL || tst_gallery_item_get_id (item) == NULL)
    {
      tst_photo_card_set (TST_PHOTO_CARD (card), NULL, NULL, NULL, NULL, NULL, NULL);
      gtk_widget_set_tooltip_text (card, NULL);
      gtk_accessible_update_property (GTK_ACCESSIBLE (card), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Foto"), -1);
      return;
    }
  title = tst_gallery_item_title (item);
  date = tst_gallery_item_date (item);
  state = tst_gallery_item_state (item);
  name = g_strdup_printf (_("%s, %s, %s"), title, date, state);
  tst_photo_card_set (TST_PHOTO_CARD (card), self != NULL ? source_of (self) : NULL,
                      tst_gallery_item_is_recording (item) ? NULL : tst_gallery_item_get_sha256 (item), tst_gallery_item_icon (item), title, date,
                      tst_gallery_item_state_icon (item));
  gtk_widget_set_tooltip_text (card, state);
  gtk_accessible_update_property (GTK_ACCESSIBLE (card), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
on_card_clicked (GtkButton *button, gpointer user_data)
{
  TstGalleryItem *item = g_object_get_data (G_OBJECT (button), "item");

  if (item != NULL && tst_gallery_item_get_id (item) != NULL)
    gtk_widget_activate_action (GTK_WIDGET (button), "gallery.open", "s", tst_gallery_item_get_id (item));
}

static GtkWidget *
make_card (gpointer user_data)
{
  GtkWidget *card = tst_photo_card_new (CARD_WIDTH, PICTURE_HEIGHT);

  g_signal_connect (card, "clicked", G_CALLBACK (on_card_clicked), NULL);
  return card;
}

/* What scrolled away is not read any more. */
static void
fill_card (GtkWidget *card, gpointer item, gpointer user_data)
{
  TstGalleryItem *old = g_object_get_data (G_OBJECT (card), "item");

  if (old == item)
    return;
  if (old != NULL)
    g_signal_handlers_disconnect_by_func (old, show_item, card);
  g_object_set_data_full (G_OBJECT (card), "item", item != NULL ? g_object_ref (item) : NULL, item != NULL ? g_object_unref : NULL);
  if (item != NULL)
    g_signal_connect_swapped (item, "changed", G_CALLBACK (show_item), card);
  show_item (card);
}

/* --- filters --- */

static const char *
group_value (JsonObject *group, guint filter)
{
  return tst_json_string (group, filter_names[filter]);
}

static char *
group_label (JsonObject *group, guint filter)
{
  const char *value = group_value (group, filter);

  if (filter == BY_DAY)
    {
      g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
      g_autoptr (GDateTime) day = tst_format_parse_time (value, zone);

      return day != NULL ? tst_format_short_date (day) : g_strdup (value);
    }
  if (filter == BY_EVENT)
    return g_strdup (tst_json_string (group, "title") ?: value);
  return g_strdup (tst_json_string (group, "work_title") ?: value);
}

static void
update_filters (TstGalleryPage *self)
{
  static const char *const all[N_FILTERS] = { N_("Espacio"), N_("Obra"), N_("Fecha"), N_("Lugar") };

  for (guint i = 0; i < N_FILTERS; i++)
    {
      GtkWidget *label = gtk_button_get_child (GTK_BUTTON (self->filters[i]));
      g_autofree char *name = self->chosen[i] != NULL ? g_strdup_printf (_("%s: %s"), _(all[i]), self->labels[i]) : g_strdup (_(all[i]));

      gtk_label_set_label (GTK_LABEL (label), name);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->filters[i]), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
      if (self->chosen[i] != NULL)
        gtk_widget_add_css_class (self->filters[i], "suggested-action");
      else
        gtk_widget_remove_css_class (self->filters[i], "suggested-action");
    }
  gtk_widget_set_visible (self->filters[BY_PLACE], self->chosen[BY_PLACE] != NULL);
}

static void
add_choice (TstGalleryPage *self, guint filter, const char *value, const char *label, guint photos)
{
  g_autofree char *text = photos > 0 ? g_strdup_printf ("%s · %u", label, photos) : g_strdup (label);
  GtkWidget *button = gtk_button_new_with_label (text);
  GtkWidget *child = gtk_button_get_child (GTK_BUTTON (button));

  gtk_label_set_ellipsize (GTK_LABEL (child), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (child), 28);
  gtk_widget_add_css_class (button, "chip");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "gallery.filter");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "(ss)", filter_names[filter], value);
  tst_wrap_append (TST_WRAP (self->choices), button);
}

/* ISO dates: the newest first. */
static int
compare_days (gconstpointer a, gconstpointer b)
{
  return -g_strcmp0 (group_value (*(JsonObject *const *) a, BY_DAY), group_value (*(JsonObject *const *) b, BY_DAY));
}

/* A choice never leads to nothing: what the other filters leave out is not offered. Of a place on the map the groups know nothing. */
static gboolean
passes_others (TstGalleryPage *self, JsonObject *group, guint filter)
{
  for (guint i = 0; i < N_FILTERS; i++)
    if (i != filter && i != BY_PLACE && self->chosen[i] != NULL && g_strcmp0 (group_value (group, i), self->chosen[i]) != 0)
      return FALSE;
  return TRUE;
}

static void
show_choices (TstGalleryPage *self, guint filter)
{
  g_autoptr (GHashTable) counts = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) order = g_ptr_array_new ();

  tst_wrap_clear (TST_WRAP (self->choices));
  for (guint i = 0; i < self->groups->len; i++)
    {
      JsonObject *group = self->groups->pdata[i];
      const char *value = group_value (group, filter);
      guint n;

      if (value == NULL || !passes_others (self, group, filter))
        continue;
      n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, value));
      if (n == 0)
        g_ptr_array_add (order, group);
      g_hash_table_insert (counts, (gpointer) value, GUINT_TO_POINTER (n + (guint) tst_json_int (group, "captures", 0)));
    }
  /* The others stay by what was captured last. */
  if (filter == BY_DAY)
    g_ptr_array_sort (order, compare_days);
  if (self->chosen[filter] != NULL)
    add_choice (self, filter, "", _("Quitar este filtro"), 0);
  for (guint i = 0; i < MIN (order->len, MAX_CHOICES); i++)
    {
      const char *value = group_value (order->pdata[i], filter);
      g_autofree char *label = group_label (order->pdata[i], filter);

      add_choice (self, filter, value, label, GPOINTER_TO_UINT (g_hash_table_lookup (counts, value)));
    }
  if (order->len == 0 && self->chosen[filter] == NULL)
    tst_wrap_append (TST_WRAP (self->choices), gtk_label_new (self->grouping ? _("Un momento…") : _("Todavía no hay de qué escoger.")));
}

static void read_groups (TstGalleryPage *self);

static void
on_filter_toggled (GtkToggleButton *button, gpointer user_data)
{
  TstGalleryPage *self = user_data;

  for (guint i = 0; i < N_FILTERS; i++)
    if (self->filters[i] == GTK_WIDGET (button))
      {
        if (gtk_toggle_button_get_active (button))
          {
            self->open_filter = (int) i;
            read_groups (self);
            show_choices (self, i);
          }
        else if (self->open_filter == (int) i)
          self->open_filter = -1;
      }
    else if (gtk_toggle_button_get_active (button))
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->filters[i]), FALSE);
  gtk_widget_set_visible (self->chooser, self->open_filter >= 0);
}

static void
label_filter (TstGalleryPage *self, guint filter)
{
  g_clear_pointer (&self->labels[filter], g_free);
  if (self->chosen[filter] == NULL)
    return;
  for (guint i = 0; i < self->groups->len && self->labels[filter] == NULL; i++)
    if (filter != BY_PLACE && g_strcmp0 (group_value (self->groups->pdata[i], filter), self->chosen[filter]) == 0)
      self->labels[filter] = group_label (self->groups->pdata[i], filter);
  if (self->labels[filter] == NULL)
    self->labels[filter] = g_strdup (filter == BY_PLACE ? _("del mapa") : self->chosen[filter]);
}

static void
set_filter (TstGalleryPage *self, guint filter, const char *value)
{
  g_free (self->chosen[filter]);
  self->chosen[filter] = value != NULL && *value != '\0' ? g_strdup (value) : NULL;
  label_filter (self, filter);
  if (self->chosen[filter] != NULL)
    read_groups (self);
  self->to_top = TRUE;
  for (guint i = 0; i < N_FILTERS; i++)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->filters[i]), FALSE);
  update_filters (self);
  load (self);
}

/* --- reading --- */

static void
on_loaded (TstGalleryPage *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->model));
  gboolean filtered = FALSE;

  if (self->to_top)
    tst_card_grid_go (TST_CARD_GRID (self->grid), 0, FALSE);
  self->to_top = FALSE;
  for (guint i = 0; i < N_FILTERS; i++)
    filtered = filtered || self->chosen[i] != NULL;
  adw_status_page_set_title (ADW_STATUS_PAGE (self->status), filtered ? _("Ninguna evidencia coincide") : _("Todavía no hay fotos"));
  adw_status_page_set_description (ADW_STATUS_PAGE (self->status),
                                   filtered ? _("Quite un filtro para ver más.") : _("Las fotos, los videos y las notas de voz de sus visitas aparecen aquí."));
  if (n > 0)
    {
      g_autofree char *number = tst_format_number (n, 0);
      g_autofree char *subtitle = g_strdup_printf (ngettext ("%s evidencia", "%s evidencias", n), number);

      tst_page_set_subtitle (TST_PAGE (self), subtitle);
    }
  else
    tst_page_set_subtitle (TST_PAGE (self), NULL);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), n > 0 ? "grid" : "empty");
}

static gboolean
on_timer (gpointer user_data)
{
  TstGalleryPage *self = user_data;

  self->timer = 0;
  tst_gallery_model_refresh (self->model);
  return G_SOURCE_REMOVE;
}

static void
schedule (TstGalleryPage *self)
{
  if (self->timer == 0 && self->cancellable != NULL && (self->viewer != NULL || gtk_widget_get_mapped (GTK_WIDGET (self))))
    self->timer = g_timeout_add (REFRESH_MS, on_timer, self);
}

static void
on_groups (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstGalleryPage) self = user_data;
  GPtrArray *rows = tst_field_book_list_finish (TST_FIELD_BOOK (source), result, NULL);

  self->grouping = FALSE;
  if (rows == NULL)
    return;
  g_ptr_array_unref (self->groups);
  self->groups = rows;
  for (guint i = 0; i < N_FILTERS; i++)
    label_filter (self, i);
  update_filters (self);
  if (self->open_filter >= 0)
    show_choices (self, (guint) self->open_filter);
}

/* Only when somebody wants to choose: all photographs are looked at for it. */
static void
read_groups (TstGalleryPage *self)
{
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  TstQuery all = { 0 };

  if (book == NULL || self->grouping)
    return;
  self->grouping = TRUE;
  tst_field_book_list_async (book, "capture-groups", &all, self->cancellable, on_groups, g_object_ref (self));
}

static void
load (TstGalleryPage *self)
{
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  TstQuery query = { .event_id = self->chosen[BY_EVENT], .work = self->chosen[BY_WORK], .day = self->chosen[BY_DAY] };

  if (book == NULL)
    return;
  if (self->chosen[BY_PLACE] != NULL)
    {
      g_auto (GStrv) sides = g_strsplit (self->chosen[BY_PLACE], ",", 4);

      query.within = g_strv_length (sides) == 4;
      if (query.within)
        {
          query.south = g_ascii_strtod (sides[0], NULL);
          query.west = g_ascii_strtod (sides[1], NULL);
          query.north = g_ascii_strtod (sides[2], NULL);
          query.east = g_ascii_strtod (sides[3], NULL);
        }
    }
  tst_gallery_model_read (self->model, book, &query);
}

/* --- actions --- */

static void
act_filter (GtkWidget *widget, const char *action, GVariant *parameter)
{
  const char *name, *value;

  g_variant_get (parameter, "(&s&s)", &name, &value);
  for (guint i = 0; i < N_FILTERS; i++)
    if (g_str_equal (filter_names[i], name))
      set_filter (TST_GALLERY_PAGE (widget), i, value);
}

static void
act_open (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstGalleryPage *self = TST_GALLERY_PAGE (widget);
  guint position = tst_gallery_model_find (self->model, g_variant_get_string (parameter, NULL));

  if (position == GTK_INVALID_LIST_POSITION)
    return;
  g_clear_weak_pointer (&self->viewer);
  g_set_weak_pointer (&self->viewer, tst_viewer_page_new (tst_page_get_session (TST_PAGE (self)), G_LIST_MODEL (self->model), position));
  tst_page_push (TST_PAGE (self), TST_PAGE (self->viewer));
}

/* --- the widget --- */

static void
tst_gallery_page_map (GtkWidget *widget)
{
  TstGalleryPage *self = TST_GALLERY_PAGE (widget);

  GTK_WIDGET_CLASS (tst_gallery_page_parent_class)->map (widget);
  if (self->viewer != NULL)
    {
      self->came_to = tst_viewer_page_get_position (TST_VIEWER_PAGE (self->viewer));
      self->comes_back = TRUE;
    }
  if (g_list_model_get_n_items (G_LIST_MODEL (self->model)) > 0)
    tst_gallery_model_refresh (self->model);
  else
    load (self);
}

/* What one came to in the viewer is what one finds here, with the keyboard on it. */
static void
tst_gallery_page_shown (TstPage *page)
{
  TstGalleryPage *self = TST_GALLERY_PAGE (page);

  if (self->comes_back)
    tst_card_grid_go (TST_CARD_GRID (self->grid), self->came_to, TRUE);
  self->comes_back = FALSE;
}

static void
tst_gallery_page_constructed (GObject *object)
{
  TstGalleryPage *self = TST_GALLERY_PAGE (object);
  TstSession *session = tst_page_get_session (TST_PAGE (self));

  G_OBJECT_CLASS (tst_gallery_page_parent_class)->constructed (object);
  g_signal_connect_object (session, "records-changed", G_CALLBACK (schedule), self, G_CONNECT_SWAPPED);
}

static void
tst_gallery_page_dispose (GObject *object)
{
  TstGalleryPage *self = TST_GALLERY_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_weak_pointer (&self->viewer);
  G_OBJECT_CLASS (tst_gallery_page_parent_class)->dispose (object);
}

static void
tst_gallery_page_finalize (GObject *object)
{
  TstGalleryPage *self = TST_GALLERY_PAGE (object);

  g_clear_object (&self->model);
  g_ptr_array_unref (self->groups);
  for (guint i = 0; i < N_FILTERS; i++)
    {
      g_free (self->chosen[i]);
      g_free (self->labels[i]);
    }
  G_OBJECT_CLASS (tst_gallery_page_parent_class)->finalize (object);
}

static void
tst_gallery_page_class_init (TstGalleryPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = tst_gallery_page_constructed;
  object_class->dispose = tst_gallery_page_dispose;
  object_class->finalize = tst_gallery_page_finalize;
  widget_class->map = tst_gallery_page_map;
  TST_PAGE_CLASS (klass)->shown = tst_gallery_page_shown;
  gtk_widget_class_install_action (widget_class, "gallery.filter", "(ss)", act_filter);
  gtk_widget_class_install_action (widget_class, "gallery.open", "s", act_open);
}

static GtkWidget *
make_filters (TstGalleryPage *self)
{
  GtkWidget *bar = tst_wrap_new ();

  for (guint i = 0; i < N_FILTERS; i++)
    {
      GtkWidget *label = gtk_label_new (NULL);

      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      self->filters[i] = gtk_toggle_button_new ();
      gtk_button_set_child (GTK_BUTTON (self->filters[i]), label);
      gtk_widget_add_css_class (self->filters[i], "chip");
      g_signal_connect (self->filters[i], "toggled", G_CALLBACK (on_filter_toggled), self);
      tst_wrap_append (TST_WRAP (bar), self->filters[i]);
    }
  gtk_widget_set_margin_start (bar, 12);
  gtk_widget_set_margin_end (bar, 12);
  gtk_widget_set_margin_top (bar, 8);
  gtk_widget_set_margin_bottom (bar, 8);
  return bar;
}

static GtkWidget *
make_choices (TstGalleryPage *self)
{
  self->choices = tst_wrap_new ();
  gtk_widget_set_margin_start (self->choices, 12);
  gtk_widget_set_margin_end (self->choices, 12);
  gtk_widget_set_margin_bottom (self->choices, 8);
  self->chooser = tst_fit_scroller_new (self->choices, CHOICES_HEIGHT);
  gtk_widget_set_visible (self->chooser, FALSE);
  return self->chooser;
}

static void
tst_gallery_page_init (TstGalleryPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->cancellable = g_cancellable_new ();
  self->groups = g_ptr_array_new ();
  self->open_filter = -1;
  self->model = tst_gallery_model_new ();
  g_signal_connect_object (self->model, "loaded", G_CALLBACK (on_loaded), self, G_CONNECT_SWAPPED);
  self->grid = tst_card_grid_new (make_card, fill_card, self);
  tst_card_grid_set_model (TST_CARD_GRID (self->grid), G_LIST_MODEL (self->model));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->grid), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Evidencias"), -1);
  self->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), self->grid);
  gtk_widget_set_vexpand (self->scrolled, TRUE);
  self->status = adw_status_page_new ();
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (self->status), "image-x-generic-symbolic");
  self->stack = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->stack), self->status, "empty");
  gtk_stack_add_named (GTK_STACK (self->stack), self->scrolled, "grid");
  tst_hidden_follow_stack (GTK_STACK (self->stack));
  gtk_widget_set_vexpand (self->stack, TRUE);

  gtk_box_append (GTK_BOX (box), make_filters (self));
  gtk_box_append (GTK_BOX (box), make_choices (self));
  gtk_box_append (GTK_BOX (box), self->stack);
  adw_bin_set_child (ADW_BIN (self), box);
  update_filters (self);
  on_loaded (self);
}

GtkWidget *
tst_gallery_page_new (TstSession *session)
{
  return g_object_new (TST_TYPE_GALLERY_PAGE, "session", session, "title", _("Galería"), NULL);
}

GListModel *
tst_gallery_page_get_model (TstGalleryPage *self)
{
  g_return_val_if_fail (TST_IS_GALLERY_PAGE (self), NULL);
  return G_LIST_MODEL (self->model);
}

TstCardGrid *
tst_gallery_page_get_grid (TstGalleryPage *self)
{
  g_return_val_if_fail (TST_IS_GALLERY_PAGE (self), NULL);
  return TST_CARD_GRID (self->grid);
}

GtkAdjustment *
tst_gallery_page_get_adjustment (TstGalleryPage *self)
{
  g_return_val_if_fail (TST_IS_GALLERY_PAGE (self), NULL);
  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scrolled));
}
