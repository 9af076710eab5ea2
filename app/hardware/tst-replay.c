/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hardware/tst-fix-parser.h"
#include "hardware/tst-location-sources.h"

#define STANDING_MS 1000

struct _TstReplay
{
  TstLocator *locator;
  GArray *fixes;
  guint at, timer;
};

static gboolean
on_time (gpointer user_data)
{
  TstReplay *self = user_data;
  const TstReplayFix *replay = &g_array_index (self->fixes, TstReplayFix, self->at);

  self->timer = 0;
  tst_locator_take (self->locator, "replay", replay->lost ? NULL : &replay->fix);
  if (self->fixes->len == 1)
    self->timer = g_timeout_add (STANDING_MS, on_time, self);
  else if (++self->at < self->fixes->len)
    self->timer = g_timeout_add (g_array_index (self->fixes, TstReplayFix, self->at).after_ms, on_time, self);
  return G_SOURCE_REMOVE;
}

TstReplay *
tst_replay_new (TstLocator *locator, GArray *fixes)
{
  TstReplay *self = g_new0 (TstReplay, 1);

  self->locator = locator;
  self->fixes = g_array_ref (fixes);
  self->timer = g_idle_add (on_time, self);
  return self;
}

void
tst_replay_free (TstReplay *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_array_unref (self->fixes);
  g_free (self);
}
