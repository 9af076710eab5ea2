/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-page-stack.h"

#include "widgets/tst-hidden.h"

#include <glib/gi18n.h>

struct _TstPageStack
{
  GtkWidget parent_instance;
  GtkWidget *box;
  GtkWidget *header;
  GtkWidget *window_title;
  GtkWidget *back;
  GtkStack *stack;
  GPtrArray *pages; /* bottom first; owned by the stack */
  GtkWidget *end;   /* in the header bar now */
  gulong title_handler, subtitle_handler, end_handler;
  TstPage *watched;
};

typedef enum
{
  PROP_AT_ROOT = 1,
} TstPageStackProperty;

static GParamSpec *properties[PROP_AT_ROOT + 1];

enum
{
  PUSHED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstPageStack, tst_page_stack, GTK_TYPE_WIDGET)

static void
update_header (TstPageStack *self)
{
  TstPage *page = tst_page_stack_get_visible (self);
  GtkWidget *end;

  if (page == NULL)
    return;
  adw_window_title_set_title (ADW_WINDOW_TITLE (self->window_title), tst_page_get_title (page) ?: "");
  adw_window_title_set_subtitle (ADW_WINDOW_TITLE (self->window_title), tst_page_get_subtitle (page) ?: "");
  gtk_widget_set_visible (self->back, self->pages->len > 1);
  end = tst_page_get_end (page);
  if (self->end != end)
    {
      if (self->end != NULL)
        adw_header_bar_remove (ADW_HEADER_BAR (self->header), self->end);
      self->end = end;
      if (end != NULL)
        adw_header_bar_pack_end (ADW_HEADER_BAR (self->header), end);
    }
}

static void
unwatch (TstPageStack *self)
{
  if (self->watched == NULL)
    return;
  g_clear_signal_handler (&self->title_handler, self->watched);
  g_clear_signal_handler (&self->subtitle_handler, self->watched);
  g_clear_signal_handler (&self->end_handler, self->watched);
  self->watched = NULL;
}

static void
show_top (TstPageStack *self, GtkStackTransitionType transition)
{
  TstPage *page = tst_page_stack_get_visible (self);

  unwatch (self);
  self->watched = page;
  self->title_handler = g_signal_connect_swapped (page, "notify::title", G_CALLBACK (update_header), self);
  self->subtitle_handler = g_signal_connect_swapped (page, "notify::subtitle", G_CALLBACK (update_header), self);
  self->end_handler = g_signal_connect_swapped (page, "notify::end", G_CALLBACK (update_header), self);
  gtk_stack_set_transition_type (self->stack, transition);
  gtk_stack_set_visible_child (self->stack, GTK_WIDGET (page));
  update_header (self);
  tst_page_emit_shown (page);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AT_ROOT]);
}

static void
on_back (GtkWidget *widget, const char *action, GVariant *parameter)
{
  tst_page_stack_pop (TST_PAGE_STACK (widget));
}

static void
tst_page_stack_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if ((TstPageStackProperty) id == PROP_AT_ROOT)
    g_value_set_boolean (value, tst_page_stack_get_at_root (TST_PAGE_STACK (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_page_stack_dispose (GObject *object)
{
  TstPageStack *self = TST_PAGE_STACK (object);

  unwatch (self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->pages, g_ptr_array_unref);
  G_OBJECT_CLASS (tst_page_stack_parent_class)->dispose (object);
}

static void
tst_page_stack_class_init (TstPageStackClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = tst_page_stack_get_property;
  object_class->dispose = tst_page_stack_dispose;
  properties[PROP_AT_ROOT] = g_param_spec_boolean ("at-root", NULL, NULL, TRUE,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  signals[PUSHED] = g_signal_new ("pushed", TST_TYPE_PAGE_STACK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_install_action (widget_class, "page.back", NULL, on_back);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Left, GDK_ALT_MASK, "page.back", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "page.back", NULL);
}

static void
tst_page_stack_init (TstPageStack *self)
{
  self->pages = g_ptr_array_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));

  self->header = adw_header_bar_new ();
  /* No more than GNOME has by itself, so that it fits a phone with large text. */
  adw_header_bar_set_decoration_layout (ADW_HEADER_BAR (self->header), ":close");
  self->window_title = adw_window_title_new ("", "");
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (self->header), self->window_title);
  self->back = gtk_button_new_from_icon_name ("go-previous-symbolic");
  gtk_widget_set_tooltip_text (self->back, _("Atrás"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->back), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Atrás"), -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->back), "page.back");
  adw_header_bar_pack_start (ADW_HEADER_BAR (self->header), self->back);
  gtk_box_append (GTK_BOX (self->box), self->header);

  self->stack = GTK_STACK (gtk_stack_new ());
  tst_hidden_follow_stack (self->stack);
  gtk_stack_set_transition_duration (self->stack, 180);
  gtk_stack_set_hhomogeneous (self->stack, FALSE);
  gtk_stack_set_vhomogeneous (self->stack, FALSE);
  gtk_widget_set_vexpand (GTK_WIDGET (self->stack), TRUE);
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->stack));
}

GtkWidget *
tst_page_stack_new (TstPage *root)
{
  TstPageStack *self = g_object_new (TST_TYPE_PAGE_STACK, NULL);

  tst_page_stack_push (self, root);
  return GTK_WIDGET (self);
}

void
tst_page_stack_push (TstPageStack *self, TstPage *page)
{
  TstPage *below;

  g_return_if_fail (TST_IS_PAGE_STACK (self));
  g_return_if_fail (TST_IS_PAGE (page));
  below = tst_page_stack_get_visible (self);
  g_ptr_array_add (self->pages, page);
  gtk_stack_add_child (self->stack, GTK_WIDGET (page));
  if (below != NULL)
    {
      tst_page_emit_hidden (below);
      g_signal_emit (self, signals[PUSHED], 0);
    }
  show_top (self, below != NULL ? GTK_STACK_TRANSITION_TYPE_SLIDE_LEFT : GTK_STACK_TRANSITION_TYPE_NONE);
}

/* Keeps the lowest @keep pages. The leaving ones go when the transition has let go of them: at once is fine for GtkStack. */
static void
cut_to (TstPageStack *self, guint keep)
{
  g_autoptr (GPtrArray) leaving = g_ptr_array_new_with_free_func (g_object_unref);

  g_assert (keep >= 1);
  if (self->pages->len <= keep)
    return;
  tst_page_emit_hidden (tst_page_stack_get_visible (self));
  while (self->pages->len > keep)
    g_ptr_array_add (leaving, g_object_ref (g_ptr_array_steal_index (self->pages, self->pages->len - 1)));
  show_top (self, GTK_STACK_TRANSITION_TYPE_SLIDE_RIGHT);
  for (guint i = 0; i < leaving->len; i++)
    gtk_stack_remove (self->stack, leaving->pdata[i]);
}

gboolean
tst_page_stack_pop (TstPageStack *self)
{
  g_return_val_if_fail (TST_IS_PAGE_STACK (self), FALSE);
  if (self->pages->len < 2 || !tst_page_may_leave (tst_page_stack_get_visible (self)))
    return FALSE;
  cut_to (self, self->pages->len - 1);
  return TRUE;
}

void
tst_page_stack_remove (TstPageStack *self, TstPage *page)
{
  guint index;

  g_return_if_fail (TST_IS_PAGE_STACK (self));
  if (g_ptr_array_find (self->pages, page, &index) && index > 0)
    cut_to (self, index);
}

void
tst_page_stack_pop_to_root (TstPageStack *self)
{
  g_return_if_fail (TST_IS_PAGE_STACK (self));
  while (self->pages->len > 1)
    if (!tst_page_stack_pop (self))
      return;
}

TstPage *
tst_page_stack_get_visible (TstPageStack *self)
{
  g_return_val_if_fail (TST_IS_PAGE_STACK (self), NULL);
  return self->pages->len > 0 ? self->pages->pdata[self->pages->len - 1] : NULL;
}

gboolean
tst_page_stack_get_at_root (TstPageStack *self)
{
  g_return_val_if_fail (TST_IS_PAGE_STACK (self), TRUE);
  return self->pages->len <= 1;
}

gboolean
tst_page_stack_activate (TstPageStack *self, const char *action, GVariant *parameter)
{
  g_return_val_if_fail (TST_IS_PAGE_STACK (self), FALSE);
  for (guint i = self->pages->len; i > 0; i--)
    if (gtk_widget_activate_action_variant (self->pages->pdata[i - 1], action, parameter))
      return TRUE;
  return FALSE;
}
