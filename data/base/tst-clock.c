/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-clock.h"

#include <string.h>
#include <sys/timex.h>
#include <time.h>

/* What a tablet's own clock may drift in a month without network, in seconds. */
#define RTC_UNCERTAINTY_S 60
/* How long a receiver's time is carried on by the monotonic clock, which drifts less than 100 parts in a million. */
#define GNSS_HOLDS_US (G_GINT64_CONSTANT (12) * 3600 * G_USEC_PER_SEC)
#define GNSS_DRIFT 1e-4
/* From the fix to its arrival: a second and a little. */
#define GNSS_UNCERTAINTY_S 2
#define AGREES_US (5 * G_USEC_PER_SEC)

static const char *const source_names[] = {
  [TST_TIME_UNKNOWN] = "unknown",
  [TST_TIME_RTC] = "rtc",
  [TST_TIME_NTP] = "ntp",
  [TST_TIME_GNSS] = "gnss",
};

const char *
tst_time_source_name (TstTimeSource source)
{
  g_return_val_if_fail (source <= TST_TIME_GNSS, "unknown");
  return source_names[source];
}

gboolean
tst_time_source_parse (const char *name, TstTimeSource *source)
{
  for (guint i = 0; i < G_N_ELEMENTS (source_names); i++)
    if (g_strcmp0 (name, source_names[i]) == 0)
      {
        *source = (TstTimeSource) i;
        return TRUE;
      }
  return FALSE;
}

G_DEFINE_INTERFACE (TstClock, tst_clock, G_TYPE_OBJECT)

static void
tst_clock_default_init (TstClockInterface *iface)
{
}

void
tst_clock_now (TstClock *self, TstTimestamp *timestamp)
{
  g_return_if_fail (TST_IS_CLOCK (self));
  TST_CLOCK_GET_IFACE (self)->now (self, timestamp);
}

void
tst_clock_tell_gnss (TstClock *self, gint64 utc_us, gint64 mono_us)
{
  g_return_if_fail (TST_IS_CLOCK (self));
  if (TST_CLOCK_GET_IFACE (self)->tell_gnss != NULL)
    TST_CLOCK_GET_IFACE (self)->tell_gnss (self, utc_us, mono_us);
}

/* --- the machine's clock --- */

#define TST_TYPE_SYSTEM_CLOCK (tst_system_clock_get_type ())
G_DECLARE_FINAL_TYPE (TstSystemClock, tst_system_clock, TST, SYSTEM_CLOCK, GObject)

struct _TstSystemClock
{
  GObject parent_instance;
  char boot_id[37];

  GMutex mutex; /* guards what follows */
  gint64 gnss_utc_us, gnss_mono_us; /* 0: never told */
};

static void
listen_to_gnss (TstSystemClock *self, TstTimestamp *timestamp)
{
  gint64 utc_us, since;

  g_mutex_lock (&self->mutex);
  since = timestamp->mono_us - self->gnss_mono_us;
  utc_us = self->gnss_utc_us + since;
  if (self->gnss_utc_us != 0 && since >= 0 && since < GNSS_HOLDS_US
      && (timestamp->source != TST_TIME_NTP || ABS (utc_us - timestamp->utc_us) < AGREES_US))
    {
      timestamp->utc_us = utc_us;
      timestamp->source = TST_TIME_GNSS;
      timestamp->uncertainty_s = GNSS_UNCERTAINTY_S + (guint) ((double) since / G_USEC_PER_SEC * GNSS_DRIFT);
    }
  g_mutex_unlock (&self->mutex);
}

static void
system_clock_tell_gnss (TstClock *clock, gint64 utc_us, gint64 mono_us)
{
  TstSystemClock *self = TST_SYSTEM_CLOCK (clock);

  g_mutex_lock (&self->mutex);
  self->gnss_utc_us = utc_us;
  self->gnss_mono_us = mono_us;
  g_mutex_unlock (&self->mutex);
}

static void
system_clock_now (TstClock *clock, TstTimestamp *timestamp)
{
  TstSystemClock *self = TST_SYSTEM_CLOCK (clock);
  struct timespec boot;
  struct timex timex = { 0 };
  int state = adjtimex (&timex);

  clock_gettime (CLOCK_BOOTTIME, &boot);
  timestamp->utc_us = g_get_real_time ();
  timestamp->mono_us = (gint64) boot.tv_sec * G_USEC_PER_SEC + boot.tv_nsec / 1000;
  if (state >= 0 && state != TIME_ERROR && !(timex.status & STA_UNSYNC))
    {
      timestamp->source = TST_TIME_NTP;
      timestamp->uncertainty_s = MAX (1, (guint) ((timex.maxerror + 999999) / 1000000));
    }
  else
    {
      timestamp->source = TST_TIME_RTC;
      timestamp->uncertainty_s = RTC_UNCERTAINTY_S;
    }
  memcpy (timestamp->boot_id, self->boot_id, sizeof timestamp->boot_id);
  listen_to_gnss (self, timestamp);
}

static void
system_clock_iface_init (TstClockInterface *iface)
{
  iface->now = system_clock_now;
  iface->tell_gnss = system_clock_tell_gnss;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TstSystemClock, tst_system_clock, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TST_TYPE_CLOCK, system_clock_iface_init))

static void
tst_system_clock_finalize (GObject *object)
{
  g_mutex_clear (&TST_SYSTEM_CLOCK (object)->mutex);
  G_OBJECT_CLASS (tst_system_clock_parent_class)->finalize (object);
}

static void
tst_system_clock_class_init (TstSystemClockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tst_system_clock_finalize;
}

static void
tst_system_clock_init (TstSystemClock *self)
{
  g_autofree char *text = NULL;

  g_mutex_init (&self->mutex);
  if (g_file_get_contents ("/proc/sys/kernel/random/boot_id", &text, NULL, NULL))
    g_strlcpy (self->boot_id, g_strstrip (text), sizeof self->boot_id);
  else
    g_strlcpy (self->boot_id, "00000000-0000-0000-0000-000000000000", sizeof self->boot_id);
}

TstClock *
tst_clock_new_system (void)
{
  return g_object_new (TST_TYPE_SYSTEM_CLOCK, NULL);
}

/* --- a clock that stands --- */

struct _TstFixedClock
{
  GObject parent_instance;
  GMutex mutex;
  TstTimestamp timestamp;
};

static void
fixed_clock_now (TstClock *clock, TstTimestamp *timestamp)
{
  TstFixedClock *self = TST_FIXED_CLOCK (clock);

  g_mutex_lock (&self->mutex);
  *timestamp = self->timestamp;
  g_mutex_unlock (&self->mutex);
}

static void
fixed_clock_iface_init (TstClockInterface *iface)
{
  iface->now = fixed_clock_now;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TstFixedClock, tst_fixed_clock, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TST_TYPE_CLOCK, fixed_clock_iface_init))

static void
tst_fixed_clock_finalize (GObject *object)
{
  g_mutex_clear (&TST_FIXED_CLOCK (object)->mutex);
  G_OBJECT_CLASS (tst_fixed_clock_parent_class)->finalize (object);
}

static void
tst_fixed_clock_class_init (TstFixedClockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tst_fixed_clock_finalize;
}

static void
tst_fixed_clock_init (TstFixedClock *self)
{
  g_mutex_init (&self->mutex);
  self->timestamp.source = TST_TIME_NTP;
  self->timestamp.uncertainty_s = 1;
  g_strlcpy (self->timestamp.boot_id, "00000000-0000-4000-8000-000000000001", sizeof self->timestamp.boot_id);
}

TstFixedClock *
tst_fixed_clock_new (gint64 utc_us)
{
  TstFixedClock *self = g_object_new (TST_TYPE_FIXED_CLOCK, NULL);

  self->timestamp.utc_us = utc_us;
  return self;
}

void
tst_fixed_clock_set (TstFixedClock *self, const TstTimestamp *timestamp)
{
  g_mutex_lock (&self->mutex);
  self->timestamp = *timestamp;
  g_mutex_unlock (&self->mutex);
}

void
tst_fixed_clock_advance (TstFixedClock *self, gint64 microseconds)
{
  g_mutex_lock (&self->mutex);
  self->timestamp.utc_us += microseconds;
  self->timestamp.mono_us += microseconds;
  g_mutex_unlock (&self->mutex);
}
