/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hardware/tst-torch.h"

#include "base/tst-hand-over.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LEDS "/sys/class/leds"
#define ANSWER_MS 2000

struct _TstTorch
{
  GObject parent_instance;
  char *leds;
  TstTorchControl control;
  GThreadPool *jobs;       /* one thread */
  gboolean available, lit; /* main thread */
  guint looks;             /* main thread: what an older look still says is not believed */

  /* The thread's own. */
  int video;               /* −1: the light is no control of a V4L2 device */
  char *led;               /* (nullable) its folder */
};

typedef enum
{
  PROP_AVAILABLE = 1,
  PROP_LIT,
} TstTorchProperty;

static GParamSpec *properties[PROP_LIT + 1];

G_DEFINE_FINAL_TYPE (TstTorch, tst_torch, G_TYPE_OBJECT)

typedef enum
{
  JOB_LOOK,
  JOB_LIGHT,
  JOB_FORGET,
} JobKind;

typedef struct
{
  TstTorch *torch;
  JobKind kind;
  char *video;
  gboolean on, done;
  guint looks;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->torch);
  g_free (job->video);
  g_free (job);
}

/* --- the thread --- */

static int
retried (TstTorch *self, unsigned long request, void *arg)
{
  int result;

  do
    result = self->control (self->video, request, arg);
  while (result < 0 && errno == EINTR);
  return result;
}

/* linux/v4l2-controls.h: the mode is a menu; drivers leave out of it what they cannot do. */
static gboolean
has_control (TstTorch *self)
{
  struct v4l2_queryctrl control = { .id = V4L2_CID_FLASH_LED_MODE };
  struct v4l2_querymenu torch = { .id = V4L2_CID_FLASH_LED_MODE, .index = V4L2_FLASH_LED_MODE_TORCH };

  return retried (self, VIDIOC_QUERYCTRL, &control) == 0 && (control.flags & (V4L2_CTRL_FLAG_DISABLED | V4L2_CTRL_FLAG_READ_ONLY)) == 0
         && control.maximum >= V4L2_FLASH_LED_MODE_TORCH && retried (self, VIDIOC_QUERYMENU, &torch) == 0;
}

static gboolean
set_control (TstTorch *self, gboolean on)
{
  struct v4l2_control control = { .id = V4L2_CID_FLASH_LED_MODE, .value = on ? V4L2_FLASH_LED_MODE_TORCH : V4L2_FLASH_LED_MODE_NONE };

  return retried (self, VIDIOC_S_CTRL, &control) == 0;
}

static void
forget (TstTorch *self)
{
  if (self->video >= 0)
    close (self->video);
  self->video = -1;
  g_clear_pointer (&self->led, g_free);
}

/* Documentation/leds/leds-class.rst: devicename:colour:function. */
static char *
find_led (TstTorch *self)
{
  static const char *const functions[] = { "torch", "flash" };
  g_autoptr (GDir) dir = g_dir_open (self->leds, 0, NULL);
  g_autofree char *best = NULL;
  guint found = G_N_ELEMENTS (functions);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    for (guint i = 0; i < found; i++)
      if (strstr (name, functions[i]) != NULL)
        {
          g_free (best);
          best = g_build_filename (self->leds, name, NULL);
          found = i;
          break;
        }
  return g_steal_pointer (&best);
}

static guint
read_brightest (const char *led)
{
  g_autofree char *path = g_build_filename (led, "max_brightness", NULL);
  g_autofree char *text = NULL;
  guint64 value = 0;

  if (g_file_get_contents (path, &text, NULL, NULL))
    g_ascii_string_to_unsigned (g_strstrip (text), 10, 1, G_MAXUINT32, &value, NULL);
  return (guint) value;
}

/* The file belongs to root; who sits at the device may do it through logind (org.freedesktop.login1(5), SetBrightness). */
static gboolean
ask_logind (const char *led, guint value)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, NULL);
  g_autofree char *name = g_path_get_basename (led);
  g_autoptr (GVariant) answer = NULL;

  if (bus != NULL)
    answer = g_dbus_connection_call_sync (bus, "org.freedesktop.login1", "/org/freedesktop/login1/session/auto", "org.freedesktop.login1.Session",
                                          "SetBrightness", g_variant_new ("(ssu)", "leds", name, value), NULL, G_DBUS_CALL_FLAGS_NONE,
                                          ANSWER_MS, NULL, NULL);
  return answer != NULL;
}

static gboolean
set_led (TstTorch *self, gboolean on)
{
  const guint value = on ? read_brightest (self->led) : 0;
  g_autofree char *path = g_build_filename (self->led, "brightness", NULL);
  g_autofree char *text = g_strdup_printf ("%u\n", value);
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  gboolean written;

  if (fd < 0)
    return ask_logind (self->led, value);
  written = write (fd, text, strlen (text)) == (ssize_t) strlen (text);
  close (fd);
  return written;
}

static gboolean
look (TstTorch *self, const char *video)
{
  forget (self);
  self->video = open (video, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (self->video >= 0 && has_control (self))
    return TRUE;
  forget (self);
  self->led = find_led (self);
  if (self->led != NULL && read_brightest (self->led) > 0)
    return TRUE;
  forget (self);
  return FALSE;
}

static gboolean
answer (gpointer data)
{
  Job *job = data;
  TstTorch *self = job->torch;
  const gboolean lit = job->kind == JOB_LIGHT && job->on && job->done;

  if (job->looks != self->looks)
    return G_SOURCE_REMOVE;
  if (job->kind == JOB_LOOK && self->available != job->done)
    {
      self->available = job->done;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AVAILABLE]);
    }
  /* Told even when it did not change: a switch that was put on by hand goes back. */
  self->lit = lit;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LIT]);
  return G_SOURCE_REMOVE;
}

static void
run (gpointer data, gpointer user_data)
{
  Job *job = data;
  TstTorch *self = job->torch;

  switch (job->kind)
    {
    case JOB_LOOK:
      job->done = look (self, job->video);
      break;
    case JOB_LIGHT:
      job->done = self->video >= 0 ? set_control (self, job->on) : self->led != NULL && set_led (self, job->on);
      break;
    case JOB_FORGET:
    default:
      if (self->video >= 0)
        set_control (self, FALSE);
      else if (self->led != NULL)
        set_led (self, FALSE);
      forget (self);
      break;
    }
  /* The last reference goes on the main thread: the thread would wait for itself. */
  tst_hand_over (NULL, answer, job, job_free);
}

/* --- the object --- */

static void
push (TstTorch *self, JobKind kind, const char *video, gboolean on)
{
  Job *job = g_new0 (Job, 1);

  job->torch = g_object_ref (self);
  job->kind = kind;
  job->video = g_strdup (video);
  job->on = on;
  job->looks = self->looks;
  g_thread_pool_push (self->jobs, job, NULL);
}

static void
tst_torch_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstTorch *self = TST_TORCH (object);

  switch ((TstTorchProperty) id)
    {
    case PROP_AVAILABLE:
      g_value_set_boolean (value, self->available);
      break;
    case PROP_LIT:
      g_value_set_boolean (value, self->lit);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_torch_finalize (GObject *object)
{
  TstTorch *self = TST_TORCH (object);

  g_thread_pool_free (self->jobs, FALSE, TRUE);
  forget (self);
  g_free (self->leds);
  G_OBJECT_CLASS (tst_torch_parent_class)->finalize (object);
}

static void
tst_torch_class_init (TstTorchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags ro = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = tst_torch_get_property;
  object_class->finalize = tst_torch_finalize;
  properties[PROP_AVAILABLE] = g_param_spec_boolean ("available", NULL, NULL, FALSE, ro);
  properties[PROP_LIT] = g_param_spec_boolean ("lit", NULL, NULL, FALSE, ro);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tst_torch_init (TstTorch *self)
{
  self->video = -1;
  self->jobs = g_thread_pool_new (run, NULL, 1, FALSE, NULL);
}

static int
system_control (int fd, unsigned long request, void *arg)
{
  return ioctl (fd, request, arg);
}

TstTorch *
tst_torch_new (const char *leds, TstTorchControl control)
{
  TstTorch *self = g_object_new (TST_TYPE_TORCH, NULL);

  self->leds = g_strdup (leds != NULL ? leds : LEDS);
  self->control = control != NULL ? control : system_control;
  return self;
}

void
tst_torch_look (TstTorch *self, const char *video)
{
  g_return_if_fail (TST_IS_TORCH (self));
  self->looks++;
  if (video != NULL)
    push (self, JOB_LOOK, video, FALSE);
}

void
tst_torch_light (TstTorch *self, gboolean on)
{
  g_return_if_fail (TST_IS_TORCH (self));
  push (self, JOB_LIGHT, NULL, on);
}

void
tst_torch_forget (TstTorch *self)
{
  const gboolean was = self->available, lit = self->lit;

  g_return_if_fail (TST_IS_TORCH (self));
  self->looks++;
  push (self, JOB_FORGET, NULL, FALSE);
  self->available = FALSE;
  self->lit = FALSE;
  if (was)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AVAILABLE]);
  if (lit)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LIT]);
}
