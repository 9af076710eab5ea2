/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where a time came from. The names are on the wire (envelope "time.source"); append only. */
typedef enum
{
  TST_TIME_UNKNOWN, /* "unknown" */
  TST_TIME_RTC,     /* "rtc": the device's own clock, nothing vouches for it */
  TST_TIME_NTP,     /* "ntp": the kernel says that it is synchronised */
  TST_TIME_GNSS     /* "gnss" */
} TstTimeSource;

const char *tst_time_source_name (TstTimeSource source);
gboolean tst_time_source_parse (const char *name, TstTimeSource *source);

/**
 * TstTimestamp:
 * @utc_us: microseconds since 1970 in UTC, as the device believes
 * @mono_us: CLOCK_BOOTTIME in microseconds (goes on during suspend), comparable only under one @boot_id
 * @source: what vouches for @utc_us
 * @uncertainty_s: half-width of the doubt in seconds, at least 1
 * @boot_id: the kernel's random id of this boot
 */
typedef struct
{
  gint64 utc_us;
  gint64 mono_us;
  TstTimeSource source;
  guint uncertainty_s;
  char boot_id[37];
} TstTimestamp;

/**
 * TstClock:
 *
 * Time handed in: product code never asks the system by itself. Any thread.
 */
#define TST_TYPE_CLOCK (tst_clock_get_type ())
G_DECLARE_INTERFACE (TstClock, tst_clock, TST, CLOCK, GObject)

struct _TstClockInterface
{
  GTypeInterface parent;
  void (*now) (TstClock *self, TstTimestamp *timestamp);
  void (*tell_gnss) (TstClock *self, gint64 utc_us, gint64 mono_us); /* (nullable) */
};

void tst_clock_now (TstClock *self, TstTimestamp *timestamp);

/**
 * tst_clock_tell_gnss:
 * @utc_us: the time of a receiver's own fix
 * @mono_us: CLOCK_BOOTTIME of its arrival
 *
 * From then on, for some hours, the machine's clock tells the receiver's time carried on by the monotonic clock, as "gnss"; unless the kernel
 * says that it is synchronised and the two disagree: then the network's is kept, for receivers forget in which of their 1,024 weeks they are. Clocks that
 * stand where they were put do not listen.
 */
void tst_clock_tell_gnss (TstClock *self, gint64 utc_us, gint64 mono_us);

/* The machine's clock: NTP state from adjtimex(2), boot id from the kernel. */
TstClock *tst_clock_new_system (void);

/* A clock for tests and replays that stands where it was put. */
#define TST_TYPE_FIXED_CLOCK (tst_fixed_clock_get_type ())
G_DECLARE_FINAL_TYPE (TstFixedClock, tst_fixed_clock, TST, FIXED_CLOCK, GObject)
TstFixedClock *tst_fixed_clock_new (gint64 utc_us);
void tst_fixed_clock_set (TstFixedClock *self, const TstTimestamp *timestamp);
void tst_fixed_clock_advance (TstFixedClock *self, gint64 microseconds);

G_END_DECLS
