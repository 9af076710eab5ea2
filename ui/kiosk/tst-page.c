/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-page.h"

#include "kiosk/tst-page-stack.h"
#include "tst-kiosk-resources.h"

typedef struct
{
  TstSession *session;
  char *title, *subtitle;
  GtkWidget *end;
} TstPagePrivate;

typedef enum
{
  PROP_SESSION = 1,
  PROP_TITLE,
  PROP_SUBTITLE,
  PROP_END,
} TstPageProperty;

static GParamSpec *properties[PROP_END + 1];

enum
{
  SHOWN,
  HIDDEN,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_TYPE_WITH_PRIVATE (TstPage, tst_page, ADW_TYPE_BIN)

static void
tst_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstPagePrivate *priv = tst_page_get_instance_private (TST_PAGE (object));

  switch ((TstPageProperty) id)
    {
    case PROP_SESSION:
      g_value_set_object (value, priv->session);
      break;
    case PROP_TITLE:
      g_value_set_string (value, priv->title);
      break;
    case PROP_SUBTITLE:
      g_value_set_string (value, priv->subtitle);
      break;
    case PROP_END:
      g_value_set_object (value, priv->end);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TstPage *self = TST_PAGE (object);
  TstPagePrivate *priv = tst_page_get_instance_private (self);

  switch ((TstPageProperty) id)
    {
    case PROP_SESSION:
      priv->session = g_value_dup_object (value);
      break;
    case PROP_TITLE:
      tst_page_set_title (self, g_value_get_string (value));
      break;
    case PROP_SUBTITLE:
      tst_page_set_subtitle (self, g_value_get_string (value));
      break;
    case PROP_END:
      tst_page_set_end (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_page_dispose (GObject *object)
{
  TstPagePrivate *priv = tst_page_get_instance_private (TST_PAGE (object));

  g_clear_object (&priv->session);
  g_clear_object (&priv->end);
  g_clear_pointer (&priv->title, g_free);
  g_clear_pointer (&priv->subtitle, g_free);
  G_OBJECT_CLASS (tst_page_parent_class)->dispose (object);
}

static gboolean
tst_page_real_may_leave (TstPage *self)
{
  return TRUE;
}

static void
tst_page_class_init (TstPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags rw = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  /* Named here so that the linker keeps the resources, which register themselves, out of the static library. */
  g_assert (tst_kiosk_get_resource () != NULL);

  object_class->get_property = tst_page_get_property;
  object_class->set_property = tst_page_set_property;
  object_class->dispose = tst_page_dispose;
  klass->may_leave = tst_page_real_may_leave;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, TST_TYPE_SESSION,
                                                  G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, rw);
  properties[PROP_SUBTITLE] = g_param_spec_string ("subtitle", NULL, NULL, NULL, rw);
  properties[PROP_END] = g_param_spec_object ("end", NULL, NULL, GTK_TYPE_WIDGET, rw);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  signals[SHOWN] = g_signal_new ("shown", TST_TYPE_PAGE, G_SIGNAL_RUN_FIRST, G_STRUCT_OFFSET (TstPageClass, shown), NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
  signals[HIDDEN] = g_signal_new ("hidden", TST_TYPE_PAGE, G_SIGNAL_RUN_FIRST, G_STRUCT_OFFSET (TstPageClass, hidden),
                                  NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tst_page_init (TstPage *self)
{
}

TstSession *
tst_page_get_session (TstPage *self)
{
  g_return_val_if_fail (TST_IS_PAGE (self), NULL);
  return ((TstPagePrivate *) tst_page_get_instance_private (self))->session;
}

void
tst_page_set_title (TstPage *self, const char *title)
{
  TstPagePrivate *priv = tst_page_get_instance_private (self);

  g_return_if_fail (TST_IS_PAGE (self));
  if (g_strcmp0 (priv->title, title) == 0)
    return;
  g_free (priv->title);
  priv->title = g_strdup (title);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

void
tst_page_set_subtitle (TstPage *self, const char *subtitle)
{
  TstPagePrivate *priv = tst_page_get_instance_private (self);

  g_return_if_fail (TST_IS_PAGE (self));
  if (g_strcmp0 (priv->subtitle, subtitle) == 0)
    return;
  g_free (priv->subtitle);
  priv->subtitle = g_strdup (subtitle);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SUBTITLE]);
}

const char *
tst_page_get_title (TstPage *self)
{
  g_return_val_if_fail (TST_IS_PAGE (self), NULL);
  return ((TstPagePrivate *) tst_page_get_instance_private (self))->title;
}

const char *
tst_page_get_subtitle (TstPage *self)
{
  g_return_val_if_fail (TST_IS_PAGE (self), NULL);
  return ((TstPagePrivate *) tst_page_get_instance_private (self))->subtitle;
}

void
tst_page_set_end (TstPage *self, GtkWidget *widget)
{
  TstPagePrivate *priv = tst_page_get_instance_private (self);

  g_return_if_fail (TST_IS_PAGE (self));
  if (priv->end == widget)
    return;
  g_clear_object (&priv->end);
  /* The stack moves it in and out of its header bar, so the page keeps a reference of its own. */
  priv->end = widget != NULL ? g_object_ref_sink (widget) : NULL;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_END]);
}

GtkWidget *
tst_page_get_end (TstPage *self)
{
  g_return_val_if_fail (TST_IS_PAGE (self), NULL);
  return ((TstPagePrivate *) tst_page_get_instance_private (self))->end;
}

static TstPageStack *
get_stack (TstPage *self)
{
  GtkWidget *stack = gtk_widget_get_ancestor (GTK_WIDGET (self), TST_TYPE_PAGE_STACK);

  return stack != NULL ? TST_PAGE_STACK (stack) : NULL;
}

void
tst_page_push (TstPage *self, TstPage *next)
{
  TstPageStack *stack = get_stack (self);

  g_return_if_fail (stack != NULL);
  tst_page_stack_push (stack, next);
}

void
tst_page_leave (TstPage *self)
{
  TstPageStack *stack = get_stack (self);

  if (stack != NULL)
    tst_page_stack_remove (stack, self);
}

void
tst_page_emit_shown (TstPage *self)
{
  g_signal_emit (self, signals[SHOWN], 0);
}

void
tst_page_emit_hidden (TstPage *self)
{
  g_signal_emit (self, signals[HIDDEN], 0);
}

void
tst_page_emit_search (TstPage *self)
{
  if (TST_PAGE_GET_CLASS (self)->search != NULL)
    TST_PAGE_GET_CLASS (self)->search (self);
}

gboolean
tst_page_may_leave (TstPage *self)
{
  return TST_PAGE_GET_CLASS (self)->may_leave (self);
}
