/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-gallery-page.h"

#include "format/tst-format.h"
#include "journal/tst-field-book-async.h"
#include "kiosk/tst-gallery-item.h"
#include "kiosk/tst-viewer-page.h"
#include "record/tst-body.h"
#include "widgets/tst-thumbnails.h"
#include "widgets/tst-wrap.h"

#include <glib/gi18n.h>

/* Two columns on a phone of 360 pixels. */
#define CARD_WIDTH 152
#define PICTURE_HEIGHT 114
#define REFRESH_MS 500
#define CARDS_A_TURN 8
/* Choices of a filter offered at once: the newest. */
#define MAX_CHOICES 40

enum
{
  BY_EVENT,
  BY_WORK,
  BY_DAY,
  N_FILTERS
};

static const char *const filter_names[N_FILTERS] = { "event", "work", "day" };

struct _TstGalleryPage
{
  TstPage parent_instance;
  GtkWidget *filters[N_FILTERS]; /* toggle buttons that open a choice */
  GtkWidget *revealer, *choices, *scrolled, *grid, *stack, *status, *pager, *newer, *older, *range;
  GListStore *model;
  GPtrArray *groups;             /* of JsonObject */
  char *chosen[N_FILTERS];
  char *labels[N_FILTERS];
  guint offset;
  gboolean more;
  GtkWidget *viewer; /* weak: while it is open the model is kept up to date for it */
  GCancellable *cancellable;
  guint timer, loading;
  GPtrArray *fresh; /* of TstGalleryItem: to be put in at @fresh_at, in the place of @stale others */
  guint fresh_at, stale, replacing, shown;
  gboolean again, to_top;
};

G_DEFINE_FINAL_TYPE (TstGalleryPage, tst_gallery_page, TST_TYPE_PAGE)

static void load (TstGalleryPage *self);

/* --- the cards --- */

typedef struct
{
  GtkWidget *thumbnail, *title, *icon, *date;
  TstGalleryItem *item; /* not owned: between bind and unbind */
  gulong handler;
} Card;

static void
show_item (GtkListItem *list_item)
{
  Card *card = g_object_get_data (G_OBJECT (list_item), "card");
  TstGalleryItem *item = gtk_list_item_get_item (list_item);
  GtkWidget *button = gtk_list_item_get_child (list_item);
  g_autofree char *title = tst_gallery_item_title (item);
  g_autofree char *date = tst_gallery_item_date (item);
  g_autofree char *state = tst_gallery_item_state (item);
  g_autofree char *name = g_strdup_printf (_("%s, %s, %s"), title, date, state);

  gtk_label_set_label (GTK_LABEL (card->title), title);
  gtk_label_set_label (GTK_LABEL (card->date), date);
  gtk_image_set_from_icon_name (GTK_IMAGE (card->icon), tst_gallery_item_state_icon (item));
  gtk_widget_set_tooltip_text (button, state);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
on_card_clicked (GtkButton *button, GtkListItem *list_item)
{
  TstGalleryItem *item = gtk_list_item_get_item (list_item);

  if (item != NULL)
    gtk_widget_activate_action (GTK_WIDGET (button), "gallery.open", "s", tst_gallery_item_get_id (item));
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  Card *card = g_new0 (Card, 1);
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *under = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  card->thumbnail = tst_thumbnail_new (CARD_WIDTH, PICTURE_HEIGHT);
  card->title = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (card->title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (card->title), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (card->title), 1);
  gtk_label_set_max_width_chars (GTK_LABEL (card->title), 1);
  gtk_label_set_single_line_mode (GTK_LABEL (card->title), TRUE);
  card->icon = gtk_image_new ();
  card->date = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (card->date), 0);
  gtk_label_set_ellipsize (GTK_LABEL (card->date), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (card->date), TRUE);
  gtk_label_set_width_chars (GTK_LABEL (card->date), 1);
  gtk_label_set_max_width_chars (GTK_LABEL (card->date), 1);
  gtk_widget_set_hexpand (card->date, TRUE);
  gtk_widget_add_css_class (card->date, "caption");
  gtk_widget_add_css_class (card->date, "dim-label");
  gtk_widget_add_css_class (card->icon, "dim-label");
  gtk_box_append (GTK_BOX (under), card->icon);
  gtk_box_append (GTK_BOX (under), card->date);
  gtk_box_append (GTK_BOX (box), card->thumbnail);
  gtk_box_append (GTK_BOX (box), card->title);
  gtk_box_append (GTK_BOX (box), under);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "card-button");
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (button, GTK_ALIGN_START);
  g_signal_connect (button, "clicked", G_CALLBACK (on_card_clicked), list_item);
  gtk_list_item_set_child (list_item, button);
  gtk_list_item_set_activatable (list_item, FALSE);
  gtk_list_item_set_selectable (list_item, FALSE);
  g_object_set_data_full (G_OBJECT (list_item), "card", card, g_free);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  TstGalleryPage *self = user_data;
  Card *card = g_object_get_data (G_OBJECT (list_item), "card");
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  TstGalleryItem *item = gtk_list_item_get_item (list_item);

  card->item = item;
  card->handler = g_signal_connect_swapped (item, "changed", G_CALLBACK (show_item), list_item);
  show_item (list_item);
  if (book != NULL)
    tst_thumbnail_set (TST_THUMBNAIL (card->thumbnail), tst_thumbnails_for_book (book), tst_gallery_item_get_sha256 (item),
                       "image-x-generic-symbolic", NULL);
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  Card *card = g_object_get_data (G_OBJECT (list_item), "card");

  g_clear_signal_handler (&card->handler, card->item);
  card->item = NULL;
  /* What scrolled away is not read any more. */
  tst_thumbnail_set (TST_THUMBNAIL (card->thumbnail), NULL, NULL, "image-x-generic-symbolic", NULL);
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
  static const char *const all[N_FILTERS] = { N_("Evento"), N_("Obra"), N_("Fecha") };

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

      if (value == NULL)
        continue;
      n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, value));
      if (n == 0)
        g_ptr_array_add (order, group);
      g_hash_table_insert (counts, (gpointer) value, GUINT_TO_POINTER (n + (guint) tst_json_int (group, "photos", 0)));
    }
  if (self->chosen[filter] != NULL)
    add_choice (self, filter, "", _("Quitar este filtro"), 0);
  for (guint i = 0; i < MIN (order->len, MAX_CHOICES); i++)
    {
      const char *value = group_value (order->pdata[i], filter);
      g_autofree char *label = group_label (order->pdata[i], filter);

      add_choice (self, filter, value, label, GPOINTER_TO_UINT (g_hash_table_lookup (counts, value)));
    }
  if (order->len == 0)
    tst_wrap_append (TST_WRAP (self->choices), gtk_label_new (_("Nada por qué elegir todavía.")));
}

static void
on_filter_toggled (GtkToggleButton *button, gpointer user_data)
{
  TstGalleryPage *self = user_data;
  gboolean open = FALSE;

  for (guint i = 0; gtk_toggle_button_get_active (button) && i < N_FILTERS; i++)
    {
      if (self->filters[i] == GTK_WIDGET (button))
        show_choices (self, i);
      else
        gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->filters[i]), FALSE);
    }
  for (guint i = 0; i < N_FILTERS; i++)
    open = open || gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->filters[i]));
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), open);
}

static void
set_filter (TstGalleryPage *self, guint filter, const char *value)
{
  g_clear_pointer (&self->chosen[filter], g_free);
  g_clear_pointer (&self->labels[filter], g_free);
  if (value != NULL && *value != '\0')
    {
      self->chosen[filter] = g_strdup (value);
      for (guint i = 0; i < self->groups->len && self->labels[filter] == NULL; i++)
        if (g_strcmp0 (group_value (self->groups->pdata[i], filter), value) == 0)
          self->labels[filter] = group_label (self->groups->pdata[i], filter);
      if (self->labels[filter] == NULL)
        self->labels[filter] = g_strdup (value);
    }
  self->offset = 0;
  self->to_top = TRUE;
  for (guint i = 0; i < N_FILTERS; i++)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->filters[i]), FALSE);
  update_filters (self);
  load (self);
}

/* --- reading --- */

static void
update_pager (TstGalleryPage *self)
{
  guint n = self->shown;
  g_autofree char *first = tst_format_number (self->offset + 1, 0);
  g_autofree char *last = tst_format_number (self->offset + n, 0);
  g_autofree char *range = g_strdup_printf (_("Fotos %s a %s"), first, last);
  gboolean filtered = FALSE;

  gtk_label_set_label (GTK_LABEL (self->range), range);
  gtk_widget_set_visible (self->pager, self->more || self->offset > 0);
  gtk_widget_set_sensitive (self->newer, self->offset > 0);
  gtk_widget_set_sensitive (self->older, self->more);
  for (guint i = 0; i < N_FILTERS; i++)
    filtered = filtered || self->chosen[i] != NULL;
  adw_status_page_set_title (ADW_STATUS_PAGE (self->status), filtered ? _("Ninguna foto así") : _("Todavía no hay fotos"));
  adw_status_page_set_description (ADW_STATUS_PAGE (self->status),
                                   filtered ? _("Quite un filtro para ver más.") : _("Las fotos que tome o importe en una visita aparecen aquí."));
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), n > 0 ? "grid" : "empty");
}

static gboolean
same_record (TstGalleryPage *self, guint position, JsonObject *row)
{
  g_autoptr (TstGalleryItem) item = g_list_model_get_item (G_LIST_MODEL (self->model), position);

  return tst_gallery_item_update (item, row);
}

/* Some cards in a turn of the main loop: to make or fill two hundred takes longer than a frame. */
static gboolean
replace_some (gpointer user_data)
{
  TstGalleryPage *self = user_data;
  guint remove = MIN (self->stale, CARDS_A_TURN);
  guint add = MIN (self->fresh->len, CARDS_A_TURN);

  g_list_store_splice (self->model, self->fresh_at, remove, self->fresh->pdata, add);
  self->fresh_at += add;
  self->stale -= remove;
  g_ptr_array_remove_range (self->fresh, 0, add);
  if (self->stale > 0 || self->fresh->len > 0)
    return G_SOURCE_CONTINUE;
  self->replacing = 0;
  return G_SOURCE_REMOVE;
}

/* Records that are there already are filled again in place: nothing moves under the finger. */
static void
take_rows (TstGalleryPage *self, GPtrArray *rows)
{
  guint n = MIN (rows->len, TST_GALLERY_WINDOW);
  guint old, head = 0, tail = 0;

  g_clear_handle_id (&self->replacing, g_source_remove);
  self->more = rows->len > TST_GALLERY_WINDOW;
  self->shown = n;
  /* While the old cards are still measured: GTK 4.8 cannot scroll among new ones. */
  if (self->to_top)
    gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scrolled)), 0);
  self->to_top = FALSE;
  old = g_list_model_get_n_items (G_LIST_MODEL (self->model));
  while (head < MIN (n, old) && same_record (self, head, rows->pdata[head]))
    head++;
  while (tail < MIN (n, old) - head && same_record (self, old - 1 - tail, rows->pdata[n - 1 - tail]))
    tail++;
  g_ptr_array_set_size (self->fresh, 0);
  for (guint i = head; i < n - tail; i++)
    g_ptr_array_add (self->fresh, tst_gallery_item_new (rows->pdata[i]));
  self->fresh_at = head;
  self->stale = old - head - tail;
  if ((self->fresh->len > 0 || self->stale > 0) && replace_some (self))
    self->replacing = g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, replace_some, self, NULL);
  update_pager (self);
}

static gboolean
on_timer (gpointer user_data)
{
  TstGalleryPage *self = user_data;

  self->timer = 0;
  load (self);
  return G_SOURCE_REMOVE;
}

static void
schedule (TstGalleryPage *self)
{
  if (self->timer == 0 && self->cancellable != NULL && (self->viewer != NULL || gtk_widget_get_mapped (GTK_WIDGET (self))))
    self->timer = g_timeout_add (REFRESH_MS, on_timer, self);
}

static void
loaded_one (TstGalleryPage *self)
{
  if (--self->loading > 0 || !self->again || self->cancellable == NULL)
    return;
  self->again = FALSE;
  load (self);
}

static void
on_photos (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstGalleryPage) self = user_data;
  g_autoptr (GPtrArray) rows = tst_field_book_list_finish (TST_FIELD_BOOK (source), result, NULL);

  /* What was asked for meanwhile comes in its place. */
  if (rows != NULL && self->cancellable != NULL && !self->again)
    take_rows (self, rows);
  loaded_one (self);
}

static void
on_groups (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstGalleryPage) self = user_data;
  GPtrArray *rows = tst_field_book_list_finish (TST_FIELD_BOOK (source), result, NULL);

  if (rows != NULL)
    {
      g_ptr_array_unref (self->groups);
      self->groups = rows;
    }
  loaded_one (self);
}

static void
load (TstGalleryPage *self)
{
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  TstQuery query = { .status = "valid", .event_id = self->chosen[BY_EVENT], .work = self->chosen[BY_WORK], .day = self->chosen[BY_DAY],
                     .limit = TST_GALLERY_WINDOW + 1, .offset = self->offset };
  TstQuery all = { 0 };

  if (book == NULL)
    return;
  if (self->loading > 0)
    {
      self->again = TRUE;
      return;
    }
  self->loading = 2;
  tst_field_book_list_async (book, "photos", &query, self->cancellable, on_photos, g_object_ref (self));
  tst_field_book_list_async (book, "photo-groups", &all, self->cancellable, on_groups, g_object_ref (self));
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
act_page (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstGalleryPage *self = TST_GALLERY_PAGE (widget);
  gint32 step = g_variant_get_int32 (parameter);

  if (step > 0 && self->more)
    self->offset += TST_GALLERY_WINDOW;
  else if (step < 0 && self->offset > 0)
    self->offset -= MIN (self->offset, TST_GALLERY_WINDOW);
  else
    return;
  self->to_top = TRUE;
  load (self);
}

static void
act_open (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstGalleryPage *self = TST_GALLERY_PAGE (widget);
  const char *id = g_variant_get_string (parameter, NULL);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->model));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (TstGalleryItem) item = g_list_model_get_item (G_LIST_MODEL (self->model), i);

      if (g_strcmp0 (tst_gallery_item_get_id (item), id) == 0)
        {
          g_clear_weak_pointer (&self->viewer);
          g_set_weak_pointer (&self->viewer, tst_viewer_page_new (tst_page_get_session (TST_PAGE (self)), G_LIST_MODEL (self->model), i));
          tst_page_push (TST_PAGE (self), TST_PAGE (self->viewer));
          return;
        }
    }
}

/* --- the widget --- */

static void
tst_gallery_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (tst_gallery_page_parent_class)->map (widget);
  load (TST_GALLERY_PAGE (widget));
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
  g_clear_handle_id (&self->replacing, g_source_remove);
  g_clear_weak_pointer (&self->viewer);
  G_OBJECT_CLASS (tst_gallery_page_parent_class)->dispose (object);
}

static void
tst_gallery_page_finalize (GObject *object)
{
  TstGalleryPage *self = TST_GALLERY_PAGE (object);

  g_clear_object (&self->model);
  g_ptr_array_unref (self->fresh);
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
  gtk_widget_class_install_action (widget_class, "gallery.filter", "(ss)", act_filter);
  gtk_widget_class_install_action (widget_class, "gallery.page", "i", act_page);
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
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->choices = tst_wrap_new ();
  gtk_widget_set_margin_start (self->choices, 12);
  gtk_widget_set_margin_end (self->choices, 12);
  gtk_widget_set_margin_bottom (self->choices, 8);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), 240);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), self->choices);
  self->revealer = gtk_revealer_new ();
  gtk_revealer_set_child (GTK_REVEALER (self->revealer), scrolled);
  return self->revealer;
}

static GtkWidget *
make_pager (TstGalleryPage *self)
{
  self->pager = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  self->newer = gtk_button_new_with_label (_("Más nuevas"));
  self->older = gtk_button_new_with_label (_("Más antiguas"));
  self->range = gtk_label_new (NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->newer), "gallery.page");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->newer), "i", -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->older), "gallery.page");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->older), "i", 1);
  gtk_widget_add_css_class (self->newer, "large");
  gtk_widget_add_css_class (self->older, "large");
  gtk_label_set_ellipsize (GTK_LABEL (self->range), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (self->range, TRUE);
  gtk_box_append (GTK_BOX (self->pager), self->newer);
  gtk_box_append (GTK_BOX (self->pager), self->range);
  gtk_box_append (GTK_BOX (self->pager), self->older);
  gtk_widget_set_margin_start (self->pager, 12);
  gtk_widget_set_margin_end (self->pager, 12);
  gtk_widget_set_margin_top (self->pager, 6);
  gtk_widget_set_margin_bottom (self->pager, 6);
  gtk_widget_set_visible (self->pager, FALSE);
  return self->pager;
}

static void
tst_gallery_page_init (TstGalleryPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  self->cancellable = g_cancellable_new ();
  self->groups = g_ptr_array_new ();
  self->fresh = g_ptr_array_new_with_free_func (g_object_unref);
  self->model = g_list_store_new (TST_TYPE_GALLERY_ITEM);
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), self);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), self);
  self->grid = gtk_grid_view_new (GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->model)))), factory);
  gtk_grid_view_set_max_columns (GTK_GRID_VIEW (self->grid), 12);
  gtk_grid_view_set_min_columns (GTK_GRID_VIEW (self->grid), 1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->grid), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Fotos"), -1);
  self->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), self->grid);
  gtk_widget_set_vexpand (self->scrolled, TRUE);
  self->status = adw_status_page_new ();
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (self->status), "image-x-generic-symbolic");
  self->stack = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->stack), self->status, "empty");
  gtk_stack_add_named (GTK_STACK (self->stack), self->scrolled, "grid");
  gtk_widget_set_vexpand (self->stack, TRUE);

  gtk_box_append (GTK_BOX (box), make_filters (self));
  gtk_box_append (GTK_BOX (box), make_choices (self));
  gtk_box_append (GTK_BOX (box), self->stack);
  gtk_box_append (GTK_BOX (box), make_pager (self));
  adw_bin_set_child (ADW_BIN (self), box);
  update_filters (self);
  update_pager (self);
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

guint
tst_gallery_page_get_offset (TstGalleryPage *self)
{
  g_return_val_if_fail (TST_IS_GALLERY_PAGE (self), 0);
  return self->offset;
}

GtkAdjustment *
tst_gallery_page_get_adjustment (TstGalleryPage *self)
{
  g_return_val_if_fail (TST_IS_GALLERY_PAGE (self), NULL);
  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scrolled));
}
