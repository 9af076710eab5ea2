/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-kiosk-screen.h"

typedef struct
{
  TstSession *session;
  char *event, *lang;
} TstKioskScreenPrivate;

typedef enum
{
  PROP_SESSION = 1,
  PROP_EVENT,
  PROP_LANG,
} TstKioskScreenProperty;

static GParamSpec *properties[PROP_LANG + 1];

enum
{
  FINISHED,
  LEAVING,
  NEXT,
  ACTED,
  SAY,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_TYPE_WITH_PRIVATE (TstKioskScreen, tst_kiosk_screen, ADW_TYPE_BIN)

static void
tst_kiosk_screen_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstKioskScreenPrivate *priv = tst_kiosk_screen_get_instance_private (TST_KIOSK_SCREEN (object));

  switch ((TstKioskScreenProperty) id)
    {
    case PROP_SESSION:
      g_value_set_object (value, priv->session);
      break;
    case PROP_EVENT:
      g_value_set_string (value, priv->event);
      break;
    case PROP_LANG:
      g_value_set_string (value, priv->lang);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_kiosk_screen_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TstKioskScreenPrivate *priv = tst_kiosk_screen_get_instance_private (TST_KIOSK_SCREEN (object));

  switch ((TstKioskScreenProperty) id)
    {
    case PROP_SESSION:
      priv->session = g_value_dup_object (value);
      break;
    case PROP_EVENT:
      priv->event = g_value_dup_string (value);
      break;
    case PROP_LANG:
      priv->lang = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_kiosk_screen_finalize (GObject *object)
{
  TstKioskScreenPrivate *priv = tst_kiosk_screen_get_instance_private (TST_KIOSK_SCREEN (object));

  g_clear_object (&priv->session);
  g_free (priv->event);
  g_free (priv->lang);
  G_OBJECT_CLASS (tst_kiosk_screen_parent_class)->finalize (object);
}

static void
tst_kiosk_screen_class_init (TstKioskScreenClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags once = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = tst_kiosk_screen_get_property;
  object_class->set_property = tst_kiosk_screen_set_property;
  object_class->finalize = tst_kiosk_screen_finalize;
  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, TST_TYPE_SESSION, once);
  properties[PROP_EVENT] = g_param_spec_string ("event", NULL, NULL, NULL, once);
  properties[PROP_LANG] = g_param_spec_string ("lang", NULL, NULL, "es", once);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  signals[FINISHED] = g_signal_new ("finished", TST_TYPE_KIOSK_SCREEN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[LEAVING] = g_signal_new ("leaving", TST_TYPE_KIOSK_SCREEN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[NEXT] = g_signal_new ("next", TST_TYPE_KIOSK_SCREEN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, GTK_TYPE_WIDGET);
  signals[ACTED] = g_signal_new ("acted", TST_TYPE_KIOSK_SCREEN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SAY] = g_signal_new ("say", TST_TYPE_KIOSK_SCREEN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
tst_kiosk_screen_init (TstKioskScreen *self)
{
}

TstSession *
tst_kiosk_screen_get_session (TstKioskScreen *self)
{
  g_return_val_if_fail (TST_IS_KIOSK_SCREEN (self), NULL);
  return ((TstKioskScreenPrivate *) tst_kiosk_screen_get_instance_private (self))->session;
}

const char *
tst_kiosk_screen_get_event (TstKioskScreen *self)
{
  g_return_val_if_fail (TST_IS_KIOSK_SCREEN (self), NULL);
  return ((TstKioskScreenPrivate *) tst_kiosk_screen_get_instance_private (self))->event;
}

const char *
tst_kiosk_screen_get_lang (TstKioskScreen *self)
{
  g_return_val_if_fail (TST_IS_KIOSK_SCREEN (self), NULL);
  return ((TstKioskScreenPrivate *) tst_kiosk_screen_get_instance_private (self))->lang;
}

void
tst_kiosk_screen_finish (TstKioskScreen *self)
{
  g_return_if_fail (TST_IS_KIOSK_SCREEN (self));
  g_signal_emit (self, signals[FINISHED], 0);
}

void
tst_kiosk_screen_leave (TstKioskScreen *self)
{
  g_return_if_fail (TST_IS_KIOSK_SCREEN (self));
  g_signal_emit (self, signals[LEAVING], 0);
}

void
tst_kiosk_screen_show (TstKioskScreen *self, GtkWidget *next)
{
  g_return_if_fail (TST_IS_KIOSK_SCREEN (self) && TST_IS_KIOSK_SCREEN (next));
  g_signal_emit (self, signals[NEXT], 0, next);
}

void
tst_kiosk_screen_act (TstKioskScreen *self)
{
  g_return_if_fail (TST_IS_KIOSK_SCREEN (self));
  g_signal_emit (self, signals[ACTED], 0);
}

void
tst_kiosk_screen_say (TstKioskScreen *self, const char *text)
{
  g_return_if_fail (TST_IS_KIOSK_SCREEN (self));
  g_signal_emit (self, signals[SAY], 0, text);
}

JsonObject *
tst_kiosk_screen_collect (TstKioskScreen *self)
{
  TstKioskScreenClass *klass = TST_KIOSK_SCREEN_GET_CLASS (self);

  return klass->collect != NULL ? klass->collect (self) : NULL;
}

gboolean
tst_kiosk_screen_back (TstKioskScreen *self)
{
  TstKioskScreenClass *klass = TST_KIOSK_SCREEN_GET_CLASS (self);

  return klass->back != NULL && klass->back (self);
}

void
tst_kiosk_screen_emit_shown (TstKioskScreen *self)
{
  TstKioskScreenClass *klass = TST_KIOSK_SCREEN_GET_CLASS (self);

  if (klass->shown != NULL)
    klass->shown (self);
  else
    gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
}

/* Labels, in the order of the screen; what a person has typed is theirs and is not said aloud in a hall. */
static void
add_text (GtkWidget *widget, GString *text)
{
  if (!gtk_widget_get_visible (widget) || GTK_IS_EDITABLE (widget) || GTK_IS_TEXT_VIEW (widget))
    return;
  if (GTK_IS_LABEL (widget))
    {
      /* Without the places at which a number may be broken. */
      g_auto (GStrv) pieces = g_strsplit (gtk_label_get_text (GTK_LABEL (widget)), "\u200b", -1);
      g_autofree char *said = g_strjoinv (NULL, pieces);

      if (*said != '\0')
        g_string_append_printf (text, "%s%s", said, g_ascii_ispunct (said[strlen (said) - 1]) ? "\n" : ".\n");
      return;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    add_text (child, text);
}

char *
tst_kiosk_screen_dup_text (TstKioskScreen *self)
{
  GString *text = g_string_new (NULL);

  g_return_val_if_fail (TST_IS_KIOSK_SCREEN (self), NULL);
  add_text (GTK_WIDGET (self), text);
  return g_string_free (text, FALSE);
}
