/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-shot.h"

struct _TstShot
{
  GObject parent_instance;
  GdkTexture *picture;
  char *type, *state, *code, *id;
};

typedef enum
{
  PROP_STATE = 1,
  PROP_CODE,
  PROP_ID,
  PROP_PICTURE,
} TstShotProperty;

static GParamSpec *properties[PROP_PICTURE + 1];

G_DEFINE_FINAL_TYPE (TstShot, tst_shot, G_TYPE_OBJECT)

static void
tst_shot_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstShot *self = TST_SHOT (object);

  switch ((TstShotProperty) id)
    {
    case PROP_STATE:
      g_value_set_string (value, self->state);
      break;
    case PROP_CODE:
      g_value_set_string (value, self->code);
      break;
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_PICTURE:
      g_value_set_object (value, self->picture);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_shot_finalize (GObject *object)
{
  TstShot *self = TST_SHOT (object);

  g_clear_object (&self->picture);
  g_free (self->type);
  g_free (self->state);
  g_free (self->code);
  g_free (self->id);
  G_OBJECT_CLASS (tst_shot_parent_class)->finalize (object);
}

static void
tst_shot_class_init (TstShotClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = tst_shot_get_property;
  object_class->finalize = tst_shot_finalize;
  properties[PROP_STATE] = g_param_spec_string ("state", NULL, NULL, "taking", flags);
  properties[PROP_CODE] = g_param_spec_string ("code", NULL, NULL, "", flags);
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_PICTURE] = g_param_spec_object ("picture", NULL, NULL, GDK_TYPE_TEXTURE, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tst_shot_init (TstShot *self)
{
  self->state = g_strdup ("taking");
  self->code = g_strdup ("");
}

TstShot *
tst_shot_new (const char *type, GdkTexture *picture)
{
  TstShot *self = g_object_new (TST_TYPE_SHOT, NULL);

  self->type = g_strdup (type);
  g_set_object (&self->picture, picture);
  return self;
}

const char *
tst_shot_get_content_type (TstShot *self)
{
  return self->type;
}

GdkTexture *
tst_shot_get_picture (TstShot *self)
{
  return self->picture;
}

const char *
tst_shot_get_state (TstShot *self)
{
  return self->state;
}

const char *
tst_shot_get_code (TstShot *self)
{
  return self->code;
}

const char *
tst_shot_get_id (TstShot *self)
{
  return self->id;
}

void
tst_shot_set_state (TstShot *self, const char *state, const char *code)
{
  g_return_if_fail (TST_IS_SHOT (self));
  g_free (self->code);
  self->code = g_strdup (code != NULL ? code : "");
  g_free (self->state);
  self->state = g_strdup (state);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CODE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

void
tst_shot_set_saved (TstShot *self, const char *id)
{
  g_return_if_fail (TST_IS_SHOT (self));
  g_free (self->id);
  self->id = g_strdup (id);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ID]);
  tst_shot_set_state (self, "saved", NULL);
}
