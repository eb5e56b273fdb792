import pytest
from scrapy.core.downloader import Slot
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from newsarchive.crawling.politeness.throttle import Throttle


@pytest.mark.parametrize(("status", "delay_s"), [(200, 0.5), (304, 0.5), (404, 1.0)])
def test_a_quick_answer_shortens_the_delay_unless_it_is_an_error(status, delay_s):
    throttle = Throttle(get_crawler(settings_dict={"AUTOTHROTTLE_ENABLED": True}))
    throttle.mindelay, throttle.maxdelay = 0.0, 60.0
    slot = Slot(concurrency=1, delay=1.0, jitter=0.0)
    throttle._adjust_delay(slot, 0.0, Response("https://a.example/", status=status))
    assert slot.delay == delay_s
