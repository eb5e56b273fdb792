"""Scrapy's settings for all crawls. What depends on the user's own settings is set by the add-on below.

Each line differs from Scrapy's default; the comment says why. https://docs.scrapy.org/en/latest/topics/settings.html
"""

BOT_NAME = "newsarchive"
SPIDER_MODULES = ["spiders"]
NEWSPIDER_MODULE = "spiders"
ADDONS = {"newsarchive.crawling.addon.ConfigAddon": 100}
"""Sets USER_AGENT, DOWNLOAD_DELAY and AUTOTHROTTLE_START_DELAY."""

# The way of a response, from the network (high numbers) to the spider.
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "newsarchive.crawling.politeness.spending.BudgetMiddleware": 90,  # first: on a spent day no robots.txt is had
    "newsarchive.crawling.politeness.robots.RobotsMiddleware": 100,  # refuses where robots.txt cannot be had
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "newsarchive.crawling.browser.rendering.RenderingMiddleware": 540,  # last: the page is whole, and no redirect
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "newsarchive.crawling.meta_refresh.MetaRefreshMiddleware": 580,  # decodes no page for it that has none
    "newsarchive.crawling.politeness.declarations.RecordingMiddleware": 585,  # of noarchive and its like
    "newsarchive.crawling.connections.decoding.DecodingMiddleware": 590,  # refuses bodies cut short
    "newsarchive.crawling.revisits.conditional.ConditionalMiddleware": 605,  # asks known pages whether they changed
    "newsarchive.crawling.politeness.resting.RetryAfterMiddleware": 610,  # keeps Retry-After, before anything retries
    "pipelines.capture.CaptureMiddleware": 990,  # next to the network: keeps each response before anything reads it
    "newsarchive.crawling.politeness.declarations.ObeyingMiddleware": 995,  # what is not to be kept, nothing keeps
}
ITEM_PIPELINES = {
    "pipelines.parse.ParsePipeline": 100,
    "pipelines.normalize.NormalizePipeline": 200,
    "pipelines.compare.ComparePipeline": 300,
    "pipelines.store.StorePipeline": 400,
}
EXTENSIONS = {
    "newsarchive.crawling.session.CrawlSession": 0,
    "newsarchive.crawling.json_log.JsonLog": 0,
    "scrapy.extensions.throttle.AutoThrottle": None,
    "newsarchive.crawling.politeness.throttle.Throttle": 0,  # keeps Crawl-delay
}

# Safety: pages are hostile.
DOWNLOAD_HANDLERS = {
    # Public addresses only, certificates verified, the user's proxy and no other.
    "http": "newsarchive.crawling.connections.handler.GuardedDownloadHandler",
    "https": "newsarchive.crawling.connections.handler.GuardedDownloadHandler",
    # A link must never make the crawler read a file of this machine, or speak to another service.
    "file": None,
    "ftp": None,
    "s3": None,
    "data": None,
}
HTTPPROXY_ENABLED = False  # it takes http_proxy from the environment, and behind a proxy no address can be checked
DOWNLOAD_VERIFY_CERTIFICATES = True  # the handler always does; this is for whoever puts Scrapy's handler back
DOWNLOAD_MAXSIZE = (
    10_000_000  # bytes, as transferred and after decompression, sitemaps apart; Scrapy's 1 GiB is a memory bomb
)
DOWNLOAD_WARNSIZE = 0  # the ledger says what was too large
DOWNLOAD_TIMEOUT = 60  # seconds for a whole response, so that one dripping byte by byte ends too
TWISTED_DNS_RESOLVER = "scrapy.resolver.CachingHostnameResolver"  # the default one knows no IPv6
REDIRECT_MAX_TIMES = 10
METAREFRESH_MAXDELAY = 3  # seconds; a news page that reloads itself each minute is not a redirect
DEPTH_LIMIT = 100  # links in a row: pagination of years, but no calendar without end
TELNETCONSOLE_ENABLED = False  # it opens a port
REMOTE_CONTROL_ENABLED = False  # it runs code sent to it

# Politeness.
ROBOTSTXT_OBEY = True  # our middleware always does; this is for whoever puts Scrapy's back
SCHEDULER_PRIORITY_QUEUE = "newsarchive.crawling.politeness.turns.FairTurns"  # a slow or resting host holds up no other
CONCURRENT_REQUESTS = 32  # for a list of addresses: eight hosts at least, by its rule
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY_JITTER = 0.0  # half the delay, now and then, would be less than what was promised
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_MAX_DELAY = 60.0
RETRY_TIMES = 2
RETRY_HTTP_CODES = [500, 502, 503, 504, 522, 524, 408]  # not 429: asking again at once is what it complains of
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # it is in the ledger
DEFAULT_REQUEST_HEADERS = {  # without Scrapy's Accept-Language: en, for which some sites answer in English
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
}
COOKIES_ENABLED = False  # every page as a first-time visitor sees it, the same for all
HTTPCACHE_ENABLED = False  # an archive keeps what the site says now

# Speed.
# Bytes of pages in work. Those that wait for their batch, half a second at most, are among them: of Scrapy's 5 MB, some
# 27 pages, parsing processes were idle.
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 25_000_000
CONCURRENT_ITEMS = 4  # of one response, which has one article as a rule: Scrapy starts as many tasks for each response
WARN_ON_GENERATOR_RETURN_VALUE = False  # it reads the source of each callback; ours are checked by their types

# Output.
LOG_LEVEL = "INFO"
LOG_FORMATTER = "newsarchive.crawling.log_lines.LogLines"  # Scrapy's prints whole pages
LOG_VERSIONS: list[str] = []
STATS_DUMP = False
