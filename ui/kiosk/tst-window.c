/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-window.h"

#include "kiosk/tst-event-form.h"
#include "kiosk/tst-event-page.h"
#include "kiosk/tst-gallery-page.h"
#include "kiosk/tst-help-page.h"
#include "kiosk/tst-home-page.h"
#include "kiosk/tst-navigation.h"
#include "kiosk/tst-outbox-page.h"
#include "kiosk/tst-page-stack.h"
#include "kiosk/tst-preferences-page.h"
#include "kiosk/tst-works-page.h"
#include "widgets/tst-adaptive-bin.h"
#include "widgets/tst-hidden.h"

#include <glib/gi18n.h>

struct _TstWindow
{
  AdwApplicationWindow parent_instance;
  TstSession *session;
  GtkWidget *toasts;
  GPtrArray *told;     /* of AdwToast: those that are to be seen, or wait for it */
  GtkWidget *covers;   /* GtkStack: "app" or "cover" */
  GtkWidget *adaptive;
  GtkWidget *box;
  GtkWidget *places;   /* GtkStack of TstPageStack */
  GtkWidget *navigation;
  GtkWidget *cover;
  GtkWidget *banner, *banner_text, *banner_button;
};

G_DEFINE_FINAL_TYPE (TstWindow, tst_window, ADW_TYPE_APPLICATION_WINDOW)

static TstPageStack *
current_stack (TstWindow *self)
{
  return TST_PAGE_STACK (gtk_stack_get_visible_child (GTK_STACK (self->places)));
}

static void
set_class (TstWindow *self, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (GTK_WIDGET (self), name);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), name);
}

/* Bar below on narrow windows, where it makes room for a page that is over the root; rail beside on wide ones. */
static void
update_layout (TstWindow *self)
{
  gboolean narrow = tst_adaptive_bin_get_narrow (TST_ADAPTIVE_BIN (self->adaptive));
  GtkWidget *first = gtk_widget_get_first_child (self->box);

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->box), narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->navigation),
                                  narrow ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL);
  if (narrow && first == self->navigation)
    gtk_box_reorder_child_after (GTK_BOX (self->box), self->navigation, self->places);
  else if (!narrow && first != self->navigation)
    gtk_box_reorder_child_after (GTK_BOX (self->box), self->navigation, NULL);
  gtk_widget_set_visible (self->navigation, !narrow || tst_page_stack_get_at_root (current_stack (self)));
  set_class (self, "narrow", narrow);
  set_class (self, "cramped", tst_adaptive_bin_get_cramped (TST_ADAPTIVE_BIN (self->adaptive)));
}

/* «Inicio» inside an event goes back to the first page. */
static void
on_again (TstWindow *self)
{
  tst_page_stack_pop_to_root (current_stack (self));
}

static void
on_selected (TstWindow *self)
{
  const char *name = tst_navigation_get_selected (TST_NAVIGATION (self->navigation));
  GtkWidget *stack = gtk_stack_get_child_by_name (GTK_STACK (self->places), name);

  if (stack == NULL || stack == gtk_stack_get_visible_child (GTK_STACK (self->places)))
    return;
  gtk_stack_set_visible_child (GTK_STACK (self->places), stack);
  tst_page_emit_shown (tst_page_stack_get_visible (TST_PAGE_STACK (stack)));
  update_layout (self);
}

static void
on_dismissed (TstWindow *self, AdwToast *toast)
{
  if (self->told != NULL)
    g_ptr_array_remove (self->told, toast);
}

static void
on_toast (TstWindow *self, const char *text)
{
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_timeout (toast, 4);
  g_ptr_array_add (self->told, g_object_ref (toast));
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (on_dismissed), self, G_CONNECT_SWAPPED);
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (self->toasts), toast);
}

/* Whoever went on has seen it: it must not lie over what can be touched on the next page. */
static void
on_pushed (TstWindow *self)
{
  g_autoptr (GPtrArray) told = g_steal_pointer (&self->told);

  self->told = g_ptr_array_new_with_free_func (g_object_unref);
  /* The newest first, else the next one would be shown for a moment. */
  for (guint i = told->len; i > 0; i--)
    adw_toast_dismiss (told->pdata[i - 1]);
}

static void
on_go (GtkWidget *widget, const char *action, GVariant *parameter)
{
  if (TST_WINDOW (widget)->cover == NULL)
    tst_window_go (TST_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

/* The gallery, narrowed to a place of the map. */
static void
on_photos (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstWindow *self = TST_WINDOW (widget);
  TstPageStack *stack;

  if (self->cover != NULL)
    return;
  tst_navigation_select (TST_NAVIGATION (self->navigation), "gallery");
  stack = current_stack (self);
  tst_page_stack_pop_to_root (stack);
  gtk_widget_activate_action (GTK_WIDGET (tst_page_stack_get_visible (stack)), "gallery.filter", "(ss)", "place", g_variant_get_string (parameter, NULL));
}

/* Over what is visible; not twice. */
static void
show_page (TstWindow *self, TstPage *page)
{
  if (G_OBJECT_TYPE (tst_page_stack_get_visible (current_stack (self))) == G_OBJECT_TYPE (page))
    g_object_unref (g_object_ref_sink (page));
  else
    tst_page_stack_push (current_stack (self), page);
}

static void
on_page (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstWindow *self = TST_WINDOW (widget);

  if (self->cover != NULL || tst_session_get_book (self->session) == NULL)
    return;
  if (g_str_equal (action, "win.open-event"))
    tst_window_open (self, "home", TST_PAGE (tst_event_page_new (self->session, g_variant_get_string (parameter, NULL))));
  else if (g_str_equal (action, "win.new-event"))
    tst_window_open (self, "home", TST_PAGE (tst_event_form_new (self->session, NULL, NULL)));
  else if (g_str_equal (action, "win.preferences"))
    show_page (self, TST_PAGE (tst_preferences_page_new (self->session)));
  else if (g_str_equal (action, "win.help"))
    show_page (self, TST_PAGE (tst_help_page_new (self->session)));
  else
    {
      TstPageStack *stack;

      tst_navigation_select (TST_NAVIGATION (self->navigation), "works");
      stack = current_stack (self);
      tst_page_stack_pop_to_root (stack);
      tst_page_emit_search (tst_page_stack_get_visible (stack));
    }
}

static void
on_back (GtkWidget *widget, const char *action, GVariant *parameter)
{
  if (TST_WINDOW (widget)->cover == NULL)
    tst_page_stack_pop (current_stack (TST_WINDOW (widget)));
}

static void
add_place (TstWindow *self, const char *name, const char *label, const char *icon, TstPage *root)
{
  GtkWidget *stack = tst_page_stack_new (root);

  g_signal_connect_swapped (stack, "notify::at-root", G_CALLBACK (update_layout), self);
  g_signal_connect_swapped (stack, "pushed", G_CALLBACK (on_pushed), self);
  gtk_stack_add_named (GTK_STACK (self->places), stack, name);
  tst_navigation_add (TST_NAVIGATION (self->navigation), name, label, icon);
}

static void
tst_window_dispose (GObject *object)
{
  TstWindow *self = TST_WINDOW (object);

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  g_clear_pointer (&self->told, g_ptr_array_unref);
  G_OBJECT_CLASS (tst_window_parent_class)->dispose (object);
}

/* Whose focus stayed on the rail or on the bar above still means the page that is shown: its keys count wherever the focus is. */
static gboolean
on_key (GtkEventControllerKey *keys, guint value, guint code, GdkModifierType state, TstWindow *self)
{
  GtkWidget *stack = GTK_WIDGET (current_stack (self));
  GtkWidget *page = GTK_WIDGET (tst_page_stack_get_visible (TST_PAGE_STACK (stack)));
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  /* Where the key has been already it is not brought again. */
  if (self->cover != NULL || (focus != NULL && (focus == page || gtk_widget_is_ancestor (focus, page))))
    return FALSE;
  return gtk_event_controller_key_forward (keys, page)
         || ((focus == NULL || !gtk_widget_is_ancestor (focus, stack)) && gtk_event_controller_key_forward (keys, stack));
}

static void
watch_keys (TstWindow *self, GtkWidget *widget)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (widget, keys);
}

static void
tst_window_class_init (TstWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  static const char *const places[] = { "home", "works", "gallery", "outbox" };

  G_OBJECT_CLASS (klass)->dispose = tst_window_dispose;
  gtk_widget_class_install_action (widget_class, "win.go", "s", on_go);
  gtk_widget_class_install_action (widget_class, "win.photos", "s", on_photos);
  gtk_widget_class_install_action (widget_class, "win.back", NULL, on_back);
  gtk_widget_class_install_action (widget_class, "win.open-event", "s", on_page);
  gtk_widget_class_install_action (widget_class, "win.new-event", NULL, on_page);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, on_page);
  gtk_widget_class_install_action (widget_class, "win.preferences", NULL, on_page);
  gtk_widget_class_install_action (widget_class, "win.help", NULL, on_page);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_n, GDK_CONTROL_MASK, "win.new-event", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_f, GDK_CONTROL_MASK, "win.search", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_comma, GDK_CONTROL_MASK, "win.preferences", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F1, 0, "win.help", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_question, GDK_CONTROL_MASK, "win.help", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    gtk_widget_class_add_binding_action (widget_class, GDK_KEY_1 + i, GDK_ALT_MASK, "win.go", "s", places[i]);
}

static void
tst_window_init (TstWindow *self)
{
  GtkWidget *all = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_window_set_title (GTK_WINDOW (self), "Testigo");
  gtk_window_set_default_size (GTK_WINDOW (self), 1100, 760);
  gtk_window_set_icon_name (GTK_WINDOW (self), "co.testigo.Testigo");

  self->told = g_ptr_array_new_with_free_func (g_object_unref);
  self->toasts = adw_toast_overlay_new ();
  self->covers = gtk_stack_new ();
  gtk_stack_set_transition_type (GTK_STACK (self->covers), GTK_STACK_TRANSITION_TYPE_CROSSFADE);
  gtk_stack_set_hhomogeneous (GTK_STACK (self->covers), FALSE);
  gtk_stack_set_vhomogeneous (GTK_STACK (self->covers), FALSE);
  /* Below the toasts, which take Escape for themselves; and where keys come to while nothing has the focus. */
  watch_keys (self, self->covers);
  watch_keys (self, GTK_WIDGET (self));
  self->adaptive = tst_adaptive_bin_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  self->places = gtk_stack_new ();
  /* A page that needs more room must not take it for all the others. */
  gtk_stack_set_hhomogeneous (GTK_STACK (self->places), FALSE);
  gtk_stack_set_vhomogeneous (GTK_STACK (self->places), FALSE);
  tst_hidden_follow_stack (GTK_STACK (self->places));
  tst_hidden_follow_stack (GTK_STACK (self->covers));
  gtk_widget_set_hexpand (self->places, TRUE);
  gtk_widget_set_vexpand (self->places, TRUE);
  self->navigation = tst_navigation_new ();
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->navigation), GTK_ORIENTATION_VERTICAL);

  gtk_box_append (GTK_BOX (self->box), self->navigation);
  gtk_box_append (GTK_BOX (self->box), self->places);
  tst_adaptive_bin_set_child (TST_ADAPTIVE_BIN (self->adaptive), self->box);
  gtk_stack_add_named (GTK_STACK (self->covers), self->adaptive, "app");
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (self->toasts), self->covers);
  gtk_widget_set_vexpand (self->toasts, TRUE);

  self->banner = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  self->banner_text = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->banner_text), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->banner_text), 0);
  gtk_widget_set_hexpand (self->banner_text, TRUE);
  self->banner_button = gtk_button_new_with_label ("");
  gtk_label_set_wrap (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->banner_button))), TRUE);
  gtk_label_set_natural_wrap_mode (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->banner_button))), GTK_NATURAL_WRAP_NONE);
  gtk_widget_add_css_class (self->banner_button, "large");
  gtk_box_append (GTK_BOX (self->banner), self->banner_text);
  gtk_box_append (GTK_BOX (self->banner), self->banner_button);
  gtk_widget_add_css_class (self->banner, "top-banner");
  gtk_widget_set_visible (self->banner, FALSE);
  gtk_box_append (GTK_BOX (all), self->banner);
  gtk_box_append (GTK_BOX (all), self->toasts);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self), all);
}

GtkWidget *
tst_window_new (GtkApplication *application, TstSession *session)
{
  TstWindow *self = g_object_new (TST_TYPE_WINDOW, "application", application, NULL);

  self->session = g_object_ref (session);
  add_place (self, "home", _("Inicio"), "go-home-symbolic", TST_PAGE (tst_home_page_new (session)));
  add_place (self, "works", _("Obras"), "mark-location-symbolic", TST_PAGE (tst_works_page_new (session)));
  add_place (self, "gallery", _("Galería"), "image-x-generic-symbolic", TST_PAGE (tst_gallery_page_new (session)));
  add_place (self, "outbox", _("Envíos"), "send-to-symbolic", TST_PAGE (tst_outbox_page_new (session)));
  g_signal_connect_swapped (self->navigation, "notify::selected", G_CALLBACK (on_selected), self);
  g_signal_connect_swapped (self->navigation, "again", G_CALLBACK (on_again), self);
  g_signal_connect_swapped (self->adaptive, "notify::narrow", G_CALLBACK (update_layout), self);
  g_signal_connect_swapped (self->adaptive, "notify::cramped", G_CALLBACK (update_layout), self);
  g_signal_connect_object (session, "toast", G_CALLBACK (on_toast), self, G_CONNECT_SWAPPED);
  update_layout (self);
  return GTK_WIDGET (self);
}

void
tst_window_import_files (TstWindow *self, GVariant *paths)
{
  g_autoptr (GVariant) sunk = g_variant_ref_sink (paths);
  gboolean taken = FALSE;

  g_return_if_fail (TST_IS_WINDOW (self));
  if (!tst_window_get_covered (self))
    taken = tst_page_stack_activate (current_stack (self), "event.import-files", sunk);
  if (!taken)
    on_toast (self, _("Abra primero el espacio de estas fotos y vuelva a traerlas."));
}

void
tst_window_go (TstWindow *self, const char *place)
{
  g_return_if_fail (TST_IS_WINDOW (self));
  if (g_strcmp0 (tst_navigation_get_selected (TST_NAVIGATION (self->navigation)), place) == 0)
    tst_page_stack_pop_to_root (current_stack (self));
  else
    tst_navigation_select (TST_NAVIGATION (self->navigation), place);
}

void
tst_window_open (TstWindow *self, const char *place, TstPage *page)
{
  g_return_if_fail (TST_IS_WINDOW (self));
  tst_navigation_select (TST_NAVIGATION (self->navigation), place);
  tst_page_stack_push (current_stack (self), page);
}

void
tst_window_set_badge (TstWindow *self, const char *place, const char *badge, const char *meaning)
{
  g_return_if_fail (TST_IS_WINDOW (self));
  tst_navigation_set_badge (TST_NAVIGATION (self->navigation), place, badge, meaning);
}

void
tst_window_set_cover (TstWindow *self, GtkWidget *cover)
{
  g_return_if_fail (TST_IS_WINDOW (self));

  if (cover != NULL)
    {
      GtkWidget *bar = adw_header_bar_new ();
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

      /* To move and close the window by. */
      adw_header_bar_set_title_widget (ADW_HEADER_BAR (bar), gtk_label_new (NULL));
      gtk_widget_add_css_class (bar, "flat");
      adw_header_bar_set_decoration_layout (ADW_HEADER_BAR (bar), ":close");
      gtk_box_append (GTK_BOX (box), bar);
      gtk_widget_set_vexpand (cover, TRUE);
      gtk_box_append (GTK_BOX (box), cover);
      cover = box;
      gtk_stack_add_child (GTK_STACK (self->covers), cover);
    }
  gtk_stack_set_visible_child (GTK_STACK (self->covers), cover != NULL ? cover : self->adaptive);
  if (self->cover != NULL)
    gtk_stack_remove (GTK_STACK (self->covers), self->cover);
  self->cover = cover;
}

gboolean
tst_window_get_covered (TstWindow *self)
{
  g_return_val_if_fail (TST_IS_WINDOW (self), FALSE);
  return self->cover != NULL;
}

void
tst_window_set_banner (TstWindow *self, const char *text, const char *button, const char *action)
{
  g_return_if_fail (TST_IS_WINDOW (self));
  gtk_widget_set_visible (self->banner, text != NULL);
  if (text == NULL)
    return;
  gtk_label_set_label (GTK_LABEL (self->banner_text), text);
  gtk_button_set_label (GTK_BUTTON (self->banner_button), button);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->banner_button), action);
}
