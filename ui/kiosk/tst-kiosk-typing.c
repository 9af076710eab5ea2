/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-kiosk-typing.h"

#include "widgets/tst-keyboard.h"

#define WIDEST 960
#define NARROW_BELOW 560

struct _TstKioskTyping
{
  AdwBin parent_instance;
  TstSession *session;
  GtkWidget *place, *keyboard;
  guint into_view;
};

G_DEFINE_FINAL_TYPE (TstKioskTyping, tst_kiosk_typing, ADW_TYPE_BIN)

static gboolean
bring_into_view (gpointer user_data)
{
  TstKioskTyping *self = user_data;
  GtkWidget *target = tst_keyboard_get_target (TST_KEYBOARD (self->keyboard));
  GtkWidget *scroller = target != NULL ? gtk_widget_get_ancestor (target, GTK_TYPE_SCROLLED_WINDOW) : NULL;
  GtkAdjustment *adjustment;
  graphene_rect_t box;

  self->into_view = 0;
  /* A text view has a scroller of its own. */
  if (scroller != NULL && GTK_IS_TEXT_VIEW (target))
    {
      target = scroller;
      scroller = gtk_widget_get_ancestor (gtk_widget_get_parent (scroller), GTK_TYPE_SCROLLED_WINDOW);
    }
  if (scroller == NULL || !gtk_widget_compute_bounds (target, scroller, &box))
    return G_SOURCE_REMOVE;
  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
  if (box.origin.y < 0 || box.origin.y + box.size.height > gtk_widget_get_height (scroller))
    gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + box.origin.y + box.size.height
                                              - gtk_widget_get_height (scroller) + 8);
  return G_SOURCE_REMOVE;
}

/* So that a page on a phone can give way to the keys (style.css). */
static void
mark_root (TstKioskTyping *self, gboolean typing)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (root == NULL)
    return;
  if (typing)
    gtk_widget_add_css_class (GTK_WIDGET (root), "typing");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (root), "typing");
}

void
tst_kiosk_typing_follow (TstKioskTyping *self, GtkWidget *focus)
{
  GtkWidget *target = focus != NULL && (GTK_IS_TEXT (focus) || GTK_IS_TEXT_VIEW (focus)) ? focus : NULL;
  gboolean wanted;

  g_return_if_fail (TST_IS_KIOSK_TYPING (self));
  if (focus != NULL && (focus == self->keyboard || gtk_widget_is_ancestor (focus, self->keyboard)))
    return; /* who goes over its keys by Tab or by switch types into the field still */
  wanted = target != NULL && g_settings_get_boolean (tst_session_get_settings (self->session), "kiosk-keyboard");
  tst_keyboard_set_target (TST_KEYBOARD (self->keyboard), target);
  gtk_widget_set_visible (self->place, wanted);
  mark_root (self, wanted);
  if (wanted && self->into_view == 0)
    self->into_view = g_timeout_add (120, bring_into_view, self); /* once the page has its new height */
}

void
tst_kiosk_typing_set_width (TstKioskTyping *self, int width)
{
  g_return_if_fail (TST_IS_KIOSK_TYPING (self));
  tst_keyboard_set_narrow (TST_KEYBOARD (self->keyboard), width < NARROW_BELOW);
}

void
tst_kiosk_typing_speak (TstKioskTyping *self)
{
  g_return_if_fail (TST_IS_KIOSK_TYPING (self));
  tst_keyboard_speak (TST_KEYBOARD (self->keyboard));
}

static void
tst_kiosk_typing_dispose (GObject *object)
{
  TstKioskTyping *self = TST_KIOSK_TYPING (object);

  g_clear_handle_id (&self->into_view, g_source_remove);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (tst_kiosk_typing_parent_class)->dispose (object);
}

static void
tst_kiosk_typing_class_init (TstKioskTypingClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tst_kiosk_typing_dispose;
}

static void
tst_kiosk_typing_init (TstKioskTyping *self)
{
  self->keyboard = tst_keyboard_new ();
  self->place = adw_clamp_new ();
  adw_clamp_set_maximum_size (ADW_CLAMP (self->place), WIDEST);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (self->place), WIDEST);
  adw_clamp_set_child (ADW_CLAMP (self->place), self->keyboard);
  gtk_widget_set_visible (self->place, FALSE);
  adw_bin_set_child (ADW_BIN (self), self->place);
}

GtkWidget *
tst_kiosk_typing_new (TstSession *session)
{
  TstKioskTyping *self = g_object_new (TST_TYPE_KIOSK_TYPING, NULL);

  self->session = g_object_ref (session);
  return GTK_WIDGET (self);
}
