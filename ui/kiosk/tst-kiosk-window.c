/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-kiosk-window.h"

#include "base/tst-memory.h"
#include "journal/tst-kept.h"
#include "kiosk/tst-kiosk-ask.h"
#include "kiosk/tst-kiosk-attendance.h"
#include "kiosk/tst-kiosk-bar.h"
#include "kiosk/tst-kiosk-comment.h"
#include "kiosk/tst-kiosk-receipt.h"
#include "kiosk/tst-kiosk-resume.h"
#include "kiosk/tst-kiosk-results.h"
#include "kiosk/tst-kiosk-staff.h"
#include "kiosk/tst-kiosk-start.h"
#include "kiosk/tst-kiosk-survey.h"
#include "kiosk/tst-kiosk-typing.h"
#include "kiosk/tst-kiosk-warning.h"
#include "kiosk/tst-kiosk-works.h"
#include "kiosk/tst-look.h"
#include "widgets/tst-adaptive-bin.h"

#include <glib/gi18n.h>
#include <malloc.h>

#define RECEIPT_IDLE_S 20
#define VAST 1500 /* pixels: a screen on a stand or a wall, read from a step away */

struct _TstKioskWindow
{
  AdwApplicationWindow parent_instance;
  TstSession *session;
  char *event, *title, *lang;
  GtkWidget *adaptive, *holder, *typing, *bar, *warning, *content;
  TstKioskScreen *screen;  /* in @holder */
  GPtrArray *others;       /* windows over the other screens */
  gint64 acted_us;         /* monotonic: the last sign of a person */
  guint tick, fitting;
  int width;
  gboolean keeping;
};

typedef enum
{
  PROP_WARNING = 1,
} TstKioskWindowProperty;

static GParamSpec *properties[PROP_WARNING + 1];

enum
{
  LEFT,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstKioskWindow, tst_kiosk_window, ADW_TYPE_APPLICATION_WINDOW)

static void show_screen (TstKioskWindow *self, GtkWidget *screen);
static void on_home (TstKioskWindow *self);
static void show_start (TstKioskWindow *self);

/* --- who is there --- */

static void
acted (TstKioskWindow *self)
{
  self->acted_us = g_get_monotonic_time ();
}

static void
set_warning (TstKioskWindow *self, const char *kind)
{
  gboolean was = tst_kiosk_warning_get_kind (TST_KIOSK_WARNING (self->warning)) != NULL;
  g_autoptr (JsonObject) begun = kind != NULL ? tst_kiosk_screen_collect (self->screen) : NULL;

  tst_kiosk_warning_show (TST_KIOSK_WARNING (self->warning), kind, begun != NULL);
  /* The focus leaves first: a field that is shut off with it inside is not told that it went, and goes on blinking. */
  if (kind != NULL)
    tst_kiosk_warning_focus (TST_KIOSK_WARNING (self->warning));
  gtk_widget_set_sensitive (self->content, kind == NULL);
  if (kind == NULL && was)
    tst_kiosk_screen_emit_shown (self->screen);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WARNING]);
}

static void
on_stay (TstKioskWindow *self)
{
  acted (self);
  set_warning (self, NULL);
}

static guint
get_limit (TstKioskWindow *self, const char *key)
{
  return g_settings_get_uint (tst_session_get_settings (self->session), key);
}

static gboolean
on_tick (gpointer user_data)
{
  TstKioskWindow *self = user_data;
  guint limit = TST_IS_KIOSK_RECEIPT (self->screen) ? MIN (RECEIPT_IDLE_S, get_limit (self, "kiosk-idle-seconds"))
                                                    : get_limit (self, "kiosk-idle-seconds");
  guint countdown = get_limit (self, "kiosk-warning-seconds");
  gint64 idle_s = (g_get_monotonic_time () - self->acted_us) / G_USEC_PER_SEC;

  if (self->keeping || idle_s < limit)
    return G_SOURCE_CONTINUE;
  if (TST_IS_KIOSK_START (self->screen))
    {
      /* Nothing is lost: only what the last person made large or of another language goes back, once. */
      if (tst_kiosk_bar_is_changed (TST_KIOSK_BAR (self->bar)))
        tst_kiosk_window_wipe (self);
      return G_SOURCE_CONTINUE;
    }
  if (tst_kiosk_warning_get_kind (TST_KIOSK_WARNING (self->warning)) == NULL)
    set_warning (self, TST_IS_KIOSK_RECEIPT (self->screen) ? "done" : "idle");
  if (idle_s >= limit + countdown)
    tst_kiosk_window_wipe (self);
  else
    tst_kiosk_warning_set_left (TST_KIOSK_WARNING (self->warning), limit + countdown - idle_s);
  return G_SOURCE_CONTINUE;
}

/* Every event that a person makes, before anybody else sees it. */
static gboolean
on_event (TstKioskWindow *self, GdkEvent *event)
{
  GdkEventType type = gdk_event_get_event_type (event);

  if (type == GDK_KEY_PRESS || type == GDK_BUTTON_PRESS || type == GDK_TOUCH_BEGIN || type == GDK_MOTION_NOTIFY || type == GDK_SCROLL
      || type == GDK_TOUCH_UPDATE)
    {
      /* While the countdown runs only an answer to it counts: a sleeve on the screen does not. */
      if (tst_kiosk_warning_get_kind (TST_KIOSK_WARNING (self->warning)) == NULL)
        acted (self);
    }
  return FALSE;
}

/* --- keys --- */

static gboolean
is_typing (guint key)
{
  switch (key)
    {
    case GDK_KEY_Tab:
    case GDK_KEY_ISO_Left_Tab:
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_BackSpace:
    case GDK_KEY_Delete:
    case GDK_KEY_Home:
    case GDK_KEY_End:
    case GDK_KEY_Page_Up:
    case GDK_KEY_Page_Down:
    case GDK_KEY_Left:
    case GDK_KEY_Right:
    case GDK_KEY_Up:
    case GDK_KEY_Down:
    case GDK_KEY_Shift_L:
    case GDK_KEY_Shift_R:
    case GDK_KEY_Caps_Lock:
      return TRUE;
    default:
      /* Dead accents compose letters. */
      return gdk_keyval_to_unicode (key) >= 0x20 || (key >= GDK_KEY_dead_grave && key <= GDK_KEY_dead_horn) || key == GDK_KEY_Multi_key;
    }
}

static void
go_back (TstKioskWindow *self)
{
  if (tst_kiosk_warning_get_kind (TST_KIOSK_WARNING (self->warning)) != NULL)
    on_stay (self);
  else if (!TST_IS_KIOSK_START (self->screen) && !tst_kiosk_screen_back (self->screen))
    on_home (self);
}

/* What types and moves goes through; shortcuts of any kind (copying, emoji, inspector, menus, closing) end here. */
static gboolean
on_key (TstKioskWindow *self, guint key, guint code, GdkModifierType state)
{
  if (key == GDK_KEY_Escape || key == GDK_KEY_Back)
    {
      go_back (self);
      return TRUE;
    }
  return (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK | GDK_META_MASK | GDK_HYPER_MASK)) != 0 || !is_typing (key);
}

/* Context menus come from the second button; pasting from the middle one. */
static void
on_other_button (GtkGesture *gesture)
{
  if (gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture)) > GDK_BUTTON_PRIMARY)
    gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  else
    gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_DENIED);
}

/* --- focus and size --- */

static void
on_focus (TstKioskWindow *self)
{
  if (self->typing == NULL)
    return; /* while the window is being made */
  if (tst_kiosk_warning_get_kind (TST_KIOSK_WARNING (self->warning)) == NULL)
    acted (self);
  tst_kiosk_typing_follow (TST_KIOSK_TYPING (self->typing), gtk_window_get_focus (GTK_WINDOW (self)));
}

static void
set_class (TstKioskWindow *self, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (GTK_WIDGET (self), name);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), name);
}

static void
on_narrow (TstKioskWindow *self)
{
  set_class (self, "narrow", tst_adaptive_bin_get_narrow (TST_ADAPTIVE_BIN (self->adaptive)));
  set_class (self, "cramped", tst_adaptive_bin_get_cramped (TST_ADAPTIVE_BIN (self->adaptive)));
}

/* Not while sizes are being given out. */
static gboolean
fit (gpointer user_data)
{
  TstKioskWindow *self = user_data;

  self->fitting = 0;
  tst_kiosk_typing_set_width (TST_KIOSK_TYPING (self->typing), self->width);
  set_class (self, "vast", self->width >= VAST);
  return G_SOURCE_REMOVE;
}

static void
tst_kiosk_window_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  TstKioskWindow *self = TST_KIOSK_WINDOW (widget);

  GTK_WIDGET_CLASS (tst_kiosk_window_parent_class)->size_allocate (widget, width, height, baseline);
  if (width != self->width && self->fitting == 0)
    self->fitting = g_idle_add_full (G_PRIORITY_HIGH_IDLE, fit, self, NULL);
  self->width = width;
}

/* --- screens --- */

static void
on_comment (TstKioskWindow *self, const char *code, const char *title)
{
  show_screen (self, tst_kiosk_comment_new (self->session, self->event, self->lang, code, title));
}

static void
on_chosen (TstKioskWindow *self, const char *choice)
{
  if (g_str_equal (choice, "contribution"))
    on_comment (self, NULL, NULL);
  else if (g_str_equal (choice, "attendance"))
    show_screen (self, tst_kiosk_attendance_new (self->session, self->event, self->lang));
  else if (g_str_equal (choice, "works"))
    {
      GtkWidget *works = tst_kiosk_works_new (self->session, self->event, self->lang);

      g_signal_connect_object (works, "comment", G_CALLBACK (on_comment), self, G_CONNECT_SWAPPED);
      show_screen (self, works);
    }
  else if (g_str_equal (choice, "survey"))
    show_screen (self, tst_kiosk_survey_new (self->session, self->event, self->lang, NULL));
  else if (g_str_equal (choice, "results"))
    show_screen (self, tst_kiosk_results_new (self->session, self->event, self->lang));
  else if (g_str_equal (choice, "ask"))
    show_screen (self, tst_kiosk_ask_new (self->session, self->event, self->lang));
}

static void
on_unlocked (TstKioskWindow *self)
{
  g_signal_emit (self, signals[LEFT], 0);
}

static void
on_staff (TstKioskWindow *self)
{
  GtkWidget *staff = tst_kiosk_staff_new (self->session, self->event, self->lang);

  g_signal_connect_object (staff, "unlocked", G_CALLBACK (on_unlocked), self, G_CONNECT_SWAPPED);
  show_screen (self, staff);
}

static void
on_resume (TstKioskWindow *self)
{
  show_screen (self, tst_kiosk_resume_new (self->session, self->event, self->lang));
}

static gboolean
show_in_idle (gpointer user_data)
{
  GtkWidget *screen = user_data;
  TstKioskWindow *self = g_object_get_data (G_OBJECT (screen), "tst-kiosk-window");

  if (self != NULL && self->session != NULL)
    show_screen (self, screen);
  return G_SOURCE_REMOVE;
}

/* A screen must not go while its own signal is being emitted. */
static void
on_next (TstKioskWindow *self, GtkWidget *next)
{
  g_object_set_data_full (G_OBJECT (next), "tst-kiosk-window", g_object_ref (self), g_object_unref);
  g_idle_add_full (G_PRIORITY_DEFAULT, show_in_idle, g_object_ref_sink (next), g_object_unref);
}

static gboolean
wipe_in_idle (gpointer user_data)
{
  TstKioskWindow *self = user_data;

  if (self->session != NULL)
    tst_kiosk_window_wipe (self);
  return G_SOURCE_REMOVE;
}

static gboolean
leave_in_idle (gpointer user_data)
{
  TstKioskWindow *self = user_data;

  if (self->session != NULL && self->screen != NULL)
    on_home (self);
  return G_SOURCE_REMOVE;
}

static void
on_leaving (TstKioskWindow *self)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, leave_in_idle, g_object_ref (self), g_object_unref);
}

static void
on_finished (TstKioskWindow *self)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, wipe_in_idle, g_object_ref (self), g_object_unref);
}

/* A bar that stays tells who never scrolled that there is more. */
static void
keep_bars (GtkWidget *widget)
{
  if (GTK_IS_SCROLLED_WINDOW (widget))
    gtk_scrolled_window_set_overlay_scrolling (GTK_SCROLLED_WINDOW (widget), FALSE);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    keep_bars (child);
}

static void
show_screen (TstKioskWindow *self, GtkWidget *screen)
{
  gboolean is_start = TST_IS_KIOSK_START (screen);

  g_object_set_data (G_OBJECT (screen), "tst-kiosk-window", NULL);
  tst_kiosk_typing_follow (TST_KIOSK_TYPING (self->typing), NULL);
  gtk_window_set_focus (GTK_WINDOW (self), NULL);
  self->screen = TST_KIOSK_SCREEN (screen);
  g_signal_connect_object (screen, "finished", G_CALLBACK (on_finished), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (screen, "leaving", G_CALLBACK (on_leaving), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (screen, "next", G_CALLBACK (on_next), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (screen, "acted", G_CALLBACK (acted), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (screen, "say", G_CALLBACK (tst_kiosk_bar_say), self->bar, G_CONNECT_SWAPPED);
  keep_bars (screen);
  adw_bin_set_child (ADW_BIN (self->holder), screen);
  tst_kiosk_bar_set_screen (TST_KIOSK_BAR (self->bar), self->screen, is_start);
  acted (self);
  tst_kiosk_screen_emit_shown (self->screen);
}

static void
show_start (TstKioskWindow *self)
{
  GtkWidget *start = tst_kiosk_start_new (self->session, self->event, self->lang, self->title);

  g_signal_connect_object (start, "chosen", G_CALLBACK (on_chosen), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (start, "staff", G_CALLBACK (on_staff), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (start, "resume", G_CALLBACK (on_resume), self, G_CONNECT_SWAPPED);
  show_screen (self, start);
}

static void
forget_clipboard (GdkClipboard *clipboard)
{
  if (gdk_clipboard_is_local (clipboard))
    gdk_clipboard_set_content (clipboard, NULL);
}

static void
set_lang (TstKioskWindow *self, const char *lang)
{
  char *copy = g_strdup (lang);

  g_free (self->lang);
  self->lang = copy;
  tst_look_speak (lang);
  tst_kiosk_bar_speak (TST_KIOSK_BAR (self->bar), lang);
  tst_kiosk_warning_speak (TST_KIOSK_WARNING (self->warning));
  tst_kiosk_typing_speak (TST_KIOSK_TYPING (self->typing));
}

void
tst_kiosk_window_wipe (TstKioskWindow *self)
{
  GdkDisplay *display;
  g_autofree char *lang = NULL;

  g_return_if_fail (TST_IS_KIOSK_WINDOW (self));
  display = gtk_widget_get_display (GTK_WIDGET (self));
  lang = g_settings_get_string (tst_session_get_settings (self->session), "language");
  self->keeping = FALSE;
  forget_clipboard (gdk_display_get_clipboard (display));
  forget_clipboard (gdk_display_get_primary_clipboard (display));
  tst_kiosk_bar_reset (TST_KIOSK_BAR (self->bar));
  set_lang (self, lang);
  show_start (self);
  if (tst_kiosk_warning_get_kind (TST_KIOSK_WARNING (self->warning)) != NULL)
    set_warning (self, NULL);
  tst_memory_give_back ();
}

/* --- what is half written --- */

static void
on_kept (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstKioskWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *code = tst_kept_put_finish (result, &error);
  g_autofree char *text = NULL;
  GtkWidget *receipt;

  self->keeping = FALSE;
  if (self->session == NULL || self->screen == NULL)
    return;
  if (code == NULL)
    {
      tst_kiosk_warning_set_trouble (TST_KIOSK_WARNING (self->warning), _("No se pudo guardar. Lo escrito sigue aquí."));
      acted (self);
      return;
    }
  text = g_strdup_printf (_("Su código es %.4s %.4s %.4s. Anótelo o tómele una foto: sirve una vez, en esta tableta, hasta mañana. Nadie más puede abrirlo."),
                          code, code + 4, code + 8);
  receipt = tst_kiosk_receipt_new_plain (self->screen, _("Lo que no terminó quedó guardado"), text);
  show_screen (self, receipt);
  set_warning (self, NULL);
}

static void
on_keep (TstKioskWindow *self)
{
  TstFieldBook *book = tst_session_get_book (self->session);
  g_autoptr (JsonObject) begun = tst_kiosk_screen_collect (self->screen);
  TstTimestamp now;

  if (begun == NULL || book == NULL || self->keeping)
    return;
  self->keeping = TRUE;
  tst_clock_now (tst_field_book_get_clock (book), &now);
  tst_kept_put_async (tst_field_book_get_folder (book), begun, now.utc_us / G_USEC_PER_SEC, on_kept, g_object_ref (self));
}

static void
on_home (TstKioskWindow *self)
{
  g_autoptr (JsonObject) begun = tst_kiosk_screen_collect (self->screen);

  if (begun != NULL)
    set_warning (self, "leaving");
  else
    tst_kiosk_window_wipe (self);
}

static void
on_language (TstKioskWindow *self, const char *lang)
{
  set_lang (self, lang);
  show_start (self);
}

/* --- the window --- */

static gboolean
tst_kiosk_window_close_request (GtkWindow *window)
{
  return TRUE; /* there is one way out, and it asks for a PIN */
}

/* A second screen shows nothing and takes nothing. */
static void
cover_other_screens (TstKioskWindow *self)
{
  GListModel *monitors = gdk_display_get_monitors (gtk_widget_get_display (GTK_WIDGET (self)));

  g_ptr_array_set_size (self->others, 0);
  for (guint i = 0; i < g_list_model_get_n_items (monitors); i++)
    {
      g_autoptr (GdkMonitor) monitor = g_list_model_get_item (monitors, i);
      GtkWidget *cover;

      if (i == 0)
        {
          gtk_window_fullscreen_on_monitor (GTK_WINDOW (self), monitor);
          continue;
        }
      cover = gtk_window_new ();
      gtk_window_set_decorated (GTK_WINDOW (cover), FALSE);
      gtk_widget_add_css_class (cover, "kiosk-cover");
      gtk_window_fullscreen_on_monitor (GTK_WINDOW (cover), monitor);
      gtk_widget_show (cover);
      g_ptr_array_add (self->others, cover);
    }
}

static void
tst_kiosk_window_realize (GtkWidget *widget)
{
  GListModel *monitors = gdk_display_get_monitors (gtk_widget_get_display (widget));

  GTK_WIDGET_CLASS (tst_kiosk_window_parent_class)->realize (widget);
  g_signal_connect_object (monitors, "items-changed", G_CALLBACK (cover_other_screens), widget, G_CONNECT_SWAPPED);
  cover_other_screens (TST_KIOSK_WINDOW (widget));
}

static void
tst_kiosk_window_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  const char *kind = tst_kiosk_warning_get_kind (TST_KIOSK_WARNING (TST_KIOSK_WINDOW (object)->warning));

  if ((TstKioskWindowProperty) id == PROP_WARNING)
    g_value_set_string (value, kind != NULL ? kind : "");
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_kiosk_window_dispose (GObject *object)
{
  TstKioskWindow *self = TST_KIOSK_WINDOW (object);

  g_clear_handle_id (&self->tick, g_source_remove);
  g_clear_handle_id (&self->fitting, g_source_remove);
  if (self->others != NULL)
    g_ptr_array_set_size (self->others, 0);
  if (self->session != NULL)
    {
      g_autofree char *lang = g_settings_get_string (tst_session_get_settings (self->session), "language");

      gtk_settings_reset_property (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-entry-select-on-focus");
      gtk_settings_reset_property (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-primary-paste");
      tst_kiosk_bar_reset (TST_KIOSK_BAR (self->bar));
      tst_look_speak (lang);
      self->screen = NULL;
    }
  g_clear_object (&self->session);
  G_OBJECT_CLASS (tst_kiosk_window_parent_class)->dispose (object);
}

static void
tst_kiosk_window_finalize (GObject *object)
{
  TstKioskWindow *self = TST_KIOSK_WINDOW (object);

  g_clear_pointer (&self->others, g_ptr_array_unref);
  g_free (self->event);
  g_free (self->title);
  g_free (self->lang);
  G_OBJECT_CLASS (tst_kiosk_window_parent_class)->finalize (object);
}

static void
tst_kiosk_window_class_init (TstKioskWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tst_kiosk_window_get_property;
  object_class->dispose = tst_kiosk_window_dispose;
  object_class->finalize = tst_kiosk_window_finalize;
  GTK_WIDGET_CLASS (klass)->realize = tst_kiosk_window_realize;
  GTK_WIDGET_CLASS (klass)->size_allocate = tst_kiosk_window_size_allocate;
  GTK_WINDOW_CLASS (klass)->close_request = tst_kiosk_window_close_request;
  properties[PROP_WARNING] = g_param_spec_string ("warning", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  signals[LEFT] = g_signal_new ("left", TST_TYPE_KIOSK_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
add_controllers (TstKioskWindow *self)
{
  GtkEventController *events = gtk_event_controller_legacy_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkGesture *buttons = gtk_gesture_click_new ();

  gtk_event_controller_set_propagation_phase (events, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (events, "event", G_CALLBACK (on_event), self);
  gtk_widget_add_controller (GTK_WIDGET (self), events);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (buttons), 0);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (buttons), GTK_PHASE_CAPTURE);
  g_signal_connect (buttons, "pressed", G_CALLBACK (on_other_button), NULL);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (buttons));
}

static void
tst_kiosk_window_init (TstKioskWindow *self)
{
  GtkWidget *overlay = gtk_overlay_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->others = g_ptr_array_new_with_free_func ((GDestroyNotify) gtk_window_destroy);
  self->holder = adw_bin_new ();
  gtk_widget_set_vexpand (self->holder, TRUE);
  self->adaptive = tst_adaptive_bin_new ();
  self->content = box;
  tst_adaptive_bin_set_child (TST_ADAPTIVE_BIN (self->adaptive), box);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), self->adaptive);
  self->warning = tst_kiosk_warning_new ();
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->warning);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self), overlay);
  gtk_window_set_title (GTK_WINDOW (self), "Testigo");
  gtk_window_set_decorated (GTK_WINDOW (self), FALSE);
  gtk_window_set_deletable (GTK_WINDOW (self), FALSE);
  gtk_window_set_handle_menubar_accel (GTK_WINDOW (self), FALSE);
  gtk_window_set_mnemonics_visible (GTK_WINDOW (self), FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "kiosk");
  g_signal_connect (self, "notify::focus-widget", G_CALLBACK (on_focus), NULL);
  g_signal_connect_swapped (self->adaptive, "notify::narrow", G_CALLBACK (on_narrow), self);
  g_signal_connect_swapped (self->adaptive, "notify::cramped", G_CALLBACK (on_narrow), self);
  g_signal_connect_swapped (self->warning, "stay", G_CALLBACK (on_stay), self);
  g_signal_connect_swapped (self->warning, "wipe", G_CALLBACK (on_finished), self);
  g_signal_connect_swapped (self->warning, "keep", G_CALLBACK (on_keep), self);
  add_controllers (self);
}

GtkWidget *
tst_kiosk_window_new (GtkApplication *application, TstSession *session, const char *event, const char *title)
{
  TstKioskWindow *self = g_object_new (TST_TYPE_KIOSK_WINDOW, "application", application, NULL);
  GtkWidget *box = self->content;
  g_autofree char *lang = NULL;

  self->session = g_object_ref (session);
  self->event = g_strdup (event);
  self->title = g_strdup (title);
  self->bar = tst_kiosk_bar_new (session);
  g_signal_connect_swapped (self->bar, "home", G_CALLBACK (on_home), self);
  g_signal_connect_swapped (self->bar, "language", G_CALLBACK (on_language), self);
  gtk_box_append (GTK_BOX (box), self->bar);
  gtk_box_append (GTK_BOX (box), self->holder);
  self->typing = tst_kiosk_typing_new (session);
  gtk_box_append (GTK_BOX (box), self->typing);
  /* What is freed is overwritten at once: whoever reads this program's memory finds the person who stands here, not those before. */
  mallopt (M_PERTURB, 0x5a);
  lang = g_settings_get_string (tst_session_get_settings (session), "language");
  /* A key must not replace a whole name that was read back to be corrected. */
  g_object_set (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-entry-select-on-focus", FALSE, "gtk-enable-primary-paste", FALSE, NULL);
  set_lang (self, lang);
  show_start (self);
  self->tick = g_timeout_add_seconds (1, on_tick, self);
  return GTK_WIDGET (self);
}

TstKioskScreen *
tst_kiosk_window_get_screen (TstKioskWindow *self)
{
  g_return_val_if_fail (TST_IS_KIOSK_WINDOW (self), NULL);
  return self->screen;
}
