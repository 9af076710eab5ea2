/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-card-grid.h"

#include <glib/gi18n.h>
#include <math.h>

/* Application pixels round all and between cards: two columns of the gallery's fit 348 pixels, a phone's screen with a window's frame. */
#define MARGIN 8
#define GAP 2
/* In a frame: filling a card shapes two lines of text and asks for a picture. */
#define CARDS_A_FRAME 8
#define FILL_US 4000

enum
{
  PROP_HADJUSTMENT = 1,
  PROP_VADJUSTMENT,
  PROP_HSCROLL_POLICY,
  PROP_VSCROLL_POLICY
};

typedef struct
{
  GtkWidget *card;
  guint position; /* GTK_INVALID_LIST_POSITION: spare */
} Place;

struct _TstCardGrid
{
  GtkWidget parent_instance;
  TstCardMake make;
  TstCardFill fill;
  gpointer user_data;
  GListModel *model;
  gulong handler;
  guint n; /* of items */
  GPtrArray *places; /* of Place: every card there is */
  GtkAdjustment *hadjustment, *vadjustment;
  GtkScrollablePolicy hpolicy, vpolicy;
  int card_width, card_height, width, height;
  guint columns, current, waiting, ticking, budget;
  gint64 frame; /* for which @budget holds */
  gboolean configuring, going, going_focus; /* asked to show @current before there was a size */
};

static void tst_card_grid_scrollable_init (GtkScrollableInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TstCardGrid, tst_card_grid, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, tst_card_grid_scrollable_init))

/* --- where things lie --- */

static int
row_height (TstCardGrid *self)
{
  return self->card_height + GAP;
}

static guint
n_rows (TstCardGrid *self)
{
  return (self->n + self->columns - 1) / self->columns;
}

static double
content_height (TstCardGrid *self)
{
  return 2.0 * MARGIN + (double) n_rows (self) * row_height (self) - (self->n > 0 ? GAP : 0);
}

static double
scrolled (TstCardGrid *self)
{
  return self->vadjustment != NULL ? gtk_adjustment_get_value (self->vadjustment) : 0;
}

/* Items from *@first to before *@end are in sight, with @beyond rows more either side. */
static void
visible_range (TstCardGrid *self, guint beyond, guint *first, guint *end)
{
  double top = (scrolled (self) - MARGIN) / row_height (self) - beyond;
  double bottom = (scrolled (self) + self->height - MARGIN) / row_height (self) + beyond;
  guint rows = n_rows (self);
  guint from = top > 0 ? (guint) MIN (floor (top), rows) : 0;
  guint to = bottom > 0 ? (guint) MIN (ceil (bottom), rows) : 0;

  *first = MIN (from * self->columns, self->n);
  *end = MIN (to * self->columns, self->n);
}

static Place *
find_place (TstCardGrid *self, guint position)
{
  for (guint i = 0; i < self->places->len; i++)
    if (((Place *) self->places->pdata[i])->position == position)
      return self->places->pdata[i];
  return NULL;
}

/* --- cards --- */

static Place *
add_place (TstCardGrid *self)
{
  Place *place = g_new0 (Place, 1);

  place->card = self->make (self->user_data);
  place->position = GTK_INVALID_LIST_POSITION;
  gtk_widget_set_child_visible (place->card, FALSE);
  gtk_accessible_update_state (GTK_ACCESSIBLE (place->card), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  gtk_widget_set_parent (place->card, GTK_WIDGET (self));
  g_ptr_array_add (self->places, place);
  return place;
}

static void
empty_place (TstCardGrid *self, Place *place)
{
  if (place->position == GTK_INVALID_LIST_POSITION)
    return;
  place->position = GTK_INVALID_LIST_POSITION;
  self->fill (place->card, NULL, self->user_data);
  gtk_widget_set_child_visible (place->card, FALSE);
  /* Assistive technology is told of every child that is not hidden, laid out or not. */
  gtk_accessible_update_state (GTK_ACCESSIBLE (place->card), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
}

static void
fill_place (TstCardGrid *self, Place *place, guint position)
{
  g_autoptr (GObject) item = g_list_model_get_item (self->model, position);
  g_autofree char *words = g_strdup_printf (_("%u de %u"), position + 1, self->n);

  place->position = position;
  self->fill (place->card, item, self->user_data);
  gtk_accessible_update_property (GTK_ACCESSIBLE (place->card), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (place->card), GTK_ACCESSIBLE_RELATION_POS_IN_SET, (int) position + 1,
                                  GTK_ACCESSIBLE_RELATION_SET_SIZE, (int) self->n, -1);
  gtk_accessible_reset_state (GTK_ACCESSIBLE (place->card), GTK_ACCESSIBLE_STATE_HIDDEN);
  gtk_widget_set_child_visible (place->card, TRUE);
}

static gboolean
has_keyboard (TstCardGrid *self, Place *place)
{
  return gtk_widget_get_focus_child (GTK_WIDGET (self)) == place->card;
}

static Place *
spare_place (TstCardGrid *self)
{
  Place *place = find_place (self, GTK_INVALID_LIST_POSITION);

  return place != NULL ? place : add_place (self);
}

static gboolean on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data);

/* Puts cards where there is none in sight, then a row beyond; what finds no time in this frame waits for the next. */
static void
update (TstCardGrid *self)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));
  gint64 frame = clock != NULL ? gdk_frame_clock_get_frame_counter (clock) : 0;
  gint64 until = g_get_monotonic_time () + FILL_US;
  guint first, end, near_first, near_end;
  g_autofree guint8 *taken = NULL;

  if (self->model == NULL || self->columns == 0 || self->height == 0 || clock == NULL)
    return;
  if (frame != self->frame)
    self->budget = CARDS_A_FRAME;
  self->frame = frame;
  visible_range (self, 0, &first, &end);
  visible_range (self, 1, &near_first, &near_end);
  taken = g_new0 (guint8, near_end - near_first + 1);
  for (guint i = 0; i < self->places->len; i++)
    {
      Place *place = self->places->pdata[i];

      if (place->position >= near_first && place->position < near_end)
        taken[place->position - near_first] = TRUE;
      else if (!has_keyboard (self, place))
        empty_place (self, place);
    }
  self->waiting = 0;
  for (guint beyond = 0; beyond < 2; beyond++)
    for (guint at = near_first; at < near_end; at++)
      {
        if (taken[at - near_first] || (at >= first && at < end) == (beyond == 1))
          continue;
        if (self->budget == 0 || g_get_monotonic_time () > until)
          {
            self->waiting++;
            continue;
          }
        self->budget--;
        taken[at - near_first] = TRUE;
        fill_place (self, spare_place (self), at);
      }
  if (self->waiting > 0 && self->ticking == 0)
    self->ticking = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  TstCardGrid *self = TST_CARD_GRID (widget);

  self->ticking = 0;
  if (self->going && self->columns > 0)
    tst_card_grid_go (self, self->current, self->going_focus);
  else
    update (self);
  return G_SOURCE_REMOVE;
}

/* Outside of the pass in which sizes are given out, where no card may be made. */
static void
update_soon (TstCardGrid *self)
{
  if (self->ticking == 0)
    self->ticking = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
}

static void
on_scrolled (TstCardGrid *self)
{
  if (!self->configuring)
    update (self);
}

/* --- sizes --- */

static void
measure_card (TstCardGrid *self)
{
  GtkWidget *card = self->places->len > 0 ? ((Place *) self->places->pdata[0])->card : add_place (self)->card;

  gtk_widget_measure (card, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &self->card_width, NULL, NULL);
  gtk_widget_measure (card, GTK_ORIENTATION_VERTICAL, self->card_width, NULL, &self->card_height, NULL, NULL);
}

static void
tst_card_grid_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                       int *minimum_baseline, int *natural_baseline)
{
  TstCardGrid *self = TST_CARD_GRID (widget);

  measure_card (self);
  *minimum = *natural = 2 * MARGIN + (orientation == GTK_ORIENTATION_HORIZONTAL ? self->card_width : self->card_height);
}

static void
configure (TstCardGrid *self, double value)
{
  double height;

  if (self->vadjustment == NULL)
    return;
  height = MAX (content_height (self), self->height);
  self->configuring = TRUE;
  gtk_adjustment_configure (self->vadjustment, CLAMP (value, 0, height - self->height), 0, height, row_height (self), self->height * 0.9,
                            self->height);
  if (self->hadjustment != NULL)
    gtk_adjustment_configure (self->hadjustment, 0, 0, self->width, self->width * 0.1, self->width * 0.9, self->width);
  self->configuring = FALSE;
}

static void
tst_card_grid_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  TstCardGrid *self = TST_CARD_GRID (widget);
  int old_height = self->card_height;
  guint columns, anchor;
  double value = scrolled (self), cell;

  measure_card (self);
  columns = MAX (1, (width - 2 * MARGIN + GAP) / (self->card_width + GAP));
  /* What was at the top stays there. */
  if (self->columns > 0 && value > MARGIN && (columns != self->columns || old_height != self->card_height))
    {
      double row = (value - MARGIN) / (old_height + GAP);

      anchor = (guint) floor (row) * self->columns;
      value = MARGIN + (anchor / columns + (row - floor (row))) * row_height (self);
    }
  if (width != self->width || height != self->height || columns != self->columns)
    update_soon (self);
  self->width = width;
  self->height = height;
  self->columns = columns;
  configure (self, value);
  value = scrolled (self);
  cell = (width - 2.0 * MARGIN) / columns;
  for (guint i = 0; i < self->places->len; i++)
    {
      Place *place = self->places->pdata[i];
      GtkAllocation at = { .width = self->card_width, .height = self->card_height };
      int least;

      if (place->position == GTK_INVALID_LIST_POSITION)
        continue;
      at.x = (int) round (MARGIN + (place->position % columns + 0.5) * cell - self->card_width / 2.0);
      at.y = (int) round (MARGIN + (double) (place->position / columns) * row_height (self) - value);
      /* A size may not be given that was not asked for. */
      gtk_widget_measure (place->card, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
      gtk_widget_size_allocate (place->card, &at, -1);
    }
}

/* --- the model --- */

static void
on_items_changed (TstCardGrid *self, guint position, guint removed, guint added)
{
  double value = scrolled (self);
  guint first = 0, end = 0, kept = GTK_INVALID_LIST_POSITION;
  int moved = (int) added - (int) removed;

  if (self->columns > 0)
    visible_range (self, 0, &first, &end);
  self->n = g_list_model_get_n_items (self->model);
  for (guint i = 0; i < self->places->len; i++)
    {
      Place *place = self->places->pdata[i];
      guint at = place->position;

      if (at == GTK_INVALID_LIST_POSITION)
        continue;
      /* The keyboard stays in its place, on what comes there. */
      if (at >= position && at < position + removed && has_keyboard (self, place) && self->n > 0)
        kept = at = MIN (at, self->n - 1);
      else if (at >= position + removed)
        at += moved;
      else if (at >= position)
        at = GTK_INVALID_LIST_POSITION;
      if (at == GTK_INVALID_LIST_POSITION)
        empty_place (self, place);
      else
        fill_place (self, place, at);
    }
  for (guint i = 0; kept != GTK_INVALID_LIST_POSITION && i < self->places->len; i++)
    {
      Place *place = self->places->pdata[i];

      if (place->position == kept && !has_keyboard (self, place))
        empty_place (self, place);
    }
  if (self->current >= position + removed)
    self->current += moved;
  self->current = MIN (self->current, self->n > 0 ? self->n - 1 : 0);
  if (self->columns == 0)
    return;
  /* What one looks at stays in its row when something comes or goes above. */
  if (position + removed <= first && first > 0)
    value += ((double) ((first + moved) / self->columns) - (double) (first / self->columns)) * row_height (self);
  configure (self, value);
  update (self);
}

static void
drop_all (TstCardGrid *self)
{
  for (guint i = 0; i < self->places->len; i++)
    empty_place (self, self->places->pdata[i]);
}

/* --- keyboard --- */

guint
tst_card_grid_get_current (TstCardGrid *self)
{
  g_return_val_if_fail (TST_IS_CARD_GRID (self), 0);
  return self->current;
}

void
tst_card_grid_go (TstCardGrid *self, guint position, gboolean focus)
{
  double top, value = 0;
  Place *place;

  g_return_if_fail (TST_IS_CARD_GRID (self));
  if (position >= self->n)
    return;
  self->current = position;
  self->going = self->columns == 0;
  self->going_focus = focus;
  if (self->going)
    return;
  top = MARGIN + (double) (position / self->columns) * row_height (self);
  value = scrolled (self);
  if (top - MARGIN < value)
    value = top - MARGIN;
  else if (top + self->card_height + MARGIN > value + self->height)
    value = top + self->card_height + MARGIN - self->height;
  configure (self, value);
  update (self);
  place = find_place (self, position);
  if (place == NULL)
    {
      place = spare_place (self);
      fill_place (self, place, position);
    }
  if (focus)
    gtk_widget_grab_focus (place->card);
}

static gboolean
on_key (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType state, TstCardGrid *self)
{
  gboolean backwards = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  gint64 step = 0, to;
  gint64 page = (gint64) self->columns * MAX (1, self->height / row_height (self));

  if (self->n == 0 || self->columns == 0 || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK)) != 0)
    return FALSE;
  switch (keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      step = backwards ? 1 : -1;
      break;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      step = backwards ? -1 : 1;
      break;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      step = -(gint64) self->columns;
      break;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      step = self->columns;
      break;
    case GDK_KEY_Page_Up:
    case GDK_KEY_KP_Page_Up:
      step = -MIN (page, (gint64) (self->current / self->columns * self->columns));
      break;
    case GDK_KEY_Page_Down:
    case GDK_KEY_KP_Page_Down:
      step = MIN (page, (gint64) self->n - 1 - self->current);
      break;
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      step = -(gint64) self->current;
      break;
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      step = (gint64) self->n - 1 - self->current;
      break;
    default:
      return FALSE;
    }
  to = self->current + step;
  /* From the last whole row one comes to the end of a last one that is shorter. */
  if (step > 0 && to >= self->n && self->current / self->columns < (self->n - 1) / self->columns)
    to = self->n - 1;
  /* Over an edge: the window takes the keyboard to what is there. */
  if (to < 0 || to >= self->n)
    return FALSE;
  tst_card_grid_go (self, (guint) to, TRUE);
  return TRUE;
}

static gboolean
tst_card_grid_focus (GtkWidget *widget, GtkDirectionType direction)
{
  TstCardGrid *self = TST_CARD_GRID (widget);
  guint first, end;

  if (gtk_widget_get_focus_child (widget) != NULL || self->n == 0 || self->columns == 0)
    return FALSE;
  visible_range (self, 0, &first, &end);
  tst_card_grid_go (self, self->current >= first && self->current < end ? self->current : first, TRUE);
  return TRUE;
}

static void
tst_card_grid_set_focus_child (GtkWidget *widget, GtkWidget *child)
{
  TstCardGrid *self = TST_CARD_GRID (widget);

  GTK_WIDGET_CLASS (tst_card_grid_parent_class)->set_focus_child (widget, child);
  for (guint i = 0; child != NULL && i < self->places->len; i++)
    {
      Place *place = self->places->pdata[i];

      if (place->card == child && place->position != GTK_INVALID_LIST_POSITION)
        self->current = place->position;
    }
}

/* --- the widget --- */

static void
set_adjustment (TstCardGrid *self, GtkAdjustment **to, GtkAdjustment *adjustment)
{
  if (*to == adjustment)
    return;
  if (*to != NULL)
    g_signal_handlers_disconnect_by_data (*to, self);
  g_clear_object (to);
  if (adjustment == NULL)
    return;
  *to = g_object_ref_sink (adjustment);
  if (to == &self->vadjustment)
    g_signal_connect_swapped (adjustment, "value-changed", G_CALLBACK (on_scrolled), self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
tst_card_grid_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  TstCardGrid *self = TST_CARD_GRID (object);

  switch (property_id)
    {
    case PROP_HADJUSTMENT:
      g_value_set_object (value, self->hadjustment);
      break;
    case PROP_VADJUSTMENT:
      g_value_set_object (value, self->vadjustment);
      break;
    case PROP_HSCROLL_POLICY:
      g_value_set_enum (value, self->hpolicy);
      break;
    case PROP_VSCROLL_POLICY:
      g_value_set_enum (value, self->vpolicy);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
tst_card_grid_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  TstCardGrid *self = TST_CARD_GRID (object);

  switch (property_id)
    {
    case PROP_HADJUSTMENT:
      set_adjustment (self, &self->hadjustment, g_value_get_object (value));
      break;
    case PROP_VADJUSTMENT:
      set_adjustment (self, &self->vadjustment, g_value_get_object (value));
      break;
    case PROP_HSCROLL_POLICY:
      self->hpolicy = g_value_get_enum (value);
      break;
    case PROP_VSCROLL_POLICY:
      self->vpolicy = g_value_get_enum (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
tst_card_grid_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (tst_card_grid_parent_class)->map (widget);
  update_soon (TST_CARD_GRID (widget));
}

static void
tst_card_grid_dispose (GObject *object)
{
  TstCardGrid *self = TST_CARD_GRID (object);

  tst_card_grid_set_model (self, NULL);
  for (guint i = 0; i < self->places->len; i++)
    gtk_widget_unparent (((Place *) self->places->pdata[i])->card);
  g_ptr_array_set_size (self->places, 0);
  set_adjustment (self, &self->hadjustment, NULL);
  set_adjustment (self, &self->vadjustment, NULL);
  G_OBJECT_CLASS (tst_card_grid_parent_class)->dispose (object);
}

static void
tst_card_grid_finalize (GObject *object)
{
  g_ptr_array_unref (TST_CARD_GRID (object)->places);
  G_OBJECT_CLASS (tst_card_grid_parent_class)->finalize (object);
}

static void
tst_card_grid_scrollable_init (GtkScrollableInterface *iface)
{
}

static void
tst_card_grid_class_init (TstCardGridClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = tst_card_grid_get_property;
  object_class->set_property = tst_card_grid_set_property;
  object_class->dispose = tst_card_grid_dispose;
  object_class->finalize = tst_card_grid_finalize;
  widget_class->measure = tst_card_grid_measure;
  widget_class->size_allocate = tst_card_grid_size_allocate;
  widget_class->focus = tst_card_grid_focus;
  widget_class->set_focus_child = tst_card_grid_set_focus_child;
  widget_class->map = tst_card_grid_map;
  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");
  gtk_widget_class_set_css_name (widget_class, "cardgrid");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST);
}

static void
tst_card_grid_init (TstCardGrid *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->places = g_ptr_array_new_with_free_func (g_free);
  self->frame = -1;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

GtkWidget *
tst_card_grid_new (TstCardMake make, TstCardFill fill, gpointer user_data)
{
  TstCardGrid *self = g_object_new (TST_TYPE_CARD_GRID, NULL);

  self->make = make;
  self->fill = fill;
  self->user_data = user_data;
  return GTK_WIDGET (self);
}

void
tst_card_grid_set_model (TstCardGrid *self, GListModel *model)
{
  g_return_if_fail (TST_IS_CARD_GRID (self));
  g_return_if_fail (model == NULL || G_IS_LIST_MODEL (model));
  if (self->model != NULL)
    g_clear_signal_handler (&self->handler, self->model);
  drop_all (self);
  g_set_object (&self->model, model);
  self->n = 0;
  self->current = 0;
  if (model == NULL)
    return;
  self->handler = g_signal_connect_swapped (model, "items-changed", G_CALLBACK (on_items_changed), self);
  on_items_changed (self, 0, 0, g_list_model_get_n_items (model));
}

GtkWidget *
tst_card_grid_get_card (TstCardGrid *self, guint position)
{
  Place *place;

  g_return_val_if_fail (TST_IS_CARD_GRID (self), NULL);
  place = position < self->n ? find_place (self, position) : NULL;
  return place != NULL ? place->card : NULL;
}

guint
tst_card_grid_get_columns (TstCardGrid *self)
{
  g_return_val_if_fail (TST_IS_CARD_GRID (self), 0);
  return self->columns;
}

guint
tst_card_grid_get_n_cards (TstCardGrid *self)
{
  g_return_val_if_fail (TST_IS_CARD_GRID (self), 0);
  return self->places->len;
}

guint
tst_card_grid_get_n_waiting (TstCardGrid *self)
{
  g_return_val_if_fail (TST_IS_CARD_GRID (self), 0);
  return self->waiting;
}
