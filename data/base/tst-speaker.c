/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-speaker.h"

G_DEFINE_INTERFACE (TstSpeaker, tst_speaker, G_TYPE_OBJECT)

static void
tst_speaker_default_init (TstSpeakerInterface *iface)
{
}

void
tst_speaker_say (TstSpeaker *self, const char *text, const char *lang)
{
  g_return_if_fail (TST_IS_SPEAKER (self) && text != NULL && lang != NULL);
  TST_SPEAKER_GET_IFACE (self)->say (self, text, lang);
}

void
tst_speaker_stop (TstSpeaker *self)
{
  g_return_if_fail (TST_IS_SPEAKER (self));
  TST_SPEAKER_GET_IFACE (self)->stop (self);
}
