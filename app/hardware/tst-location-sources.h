/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hardware/tst-locator.h"

G_BEGIN_DECLS

/* What TstLocator listens to. Each runs from new to free, on the main context, and hands over to the locator, which it does not own. */

typedef struct _TstGpsd TstGpsd;
TstGpsd *tst_gpsd_new (TstLocator *locator, const char *host, guint16 port);
void tst_gpsd_free (TstGpsd *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstGpsd, tst_gpsd_free)

typedef struct _TstGeoclue TstGeoclue;
TstGeoclue *tst_geoclue_new (TstLocator *locator);
void tst_geoclue_free (TstGeoclue *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstGeoclue, tst_geoclue_free)

typedef struct _TstReplay TstReplay;
TstReplay *tst_replay_new (TstLocator *locator, GArray *fixes); /* of TstReplayFix */
void tst_replay_free (TstReplay *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstReplay, tst_replay_free)

G_END_DECLS
